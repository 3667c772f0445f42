import {
  Body,
  Controller,
  Get,
  Inject,
  Injectable,
  Param,
  Post,
  Query as QueryString,
  type CanActivate,
  type ExecutionContext,
  type Provider,
} from '@nestjs/common';
import { APP_GUARD, Reflector } from '@nestjs/core';
import { Type } from 'class-transformer';
import {
  ArrayMaxSize,
  IsBoolean,
  IsInt,
  IsNumber,
  IsString,
  Max,
  Min,
  ValidateNested,
} from 'class-validator';
import {
  ACCESS_JOURNAL,
  ACCESS_POLICY,
  Command,
  Query,
  QueryRejected,
  StreamContended,
  commandHandlers,
  commandRow,
  queryHandlers,
  queryRow,
  type AccessEntry,
  type AccessJournal,
  type AccessPolicy,
  type Caller,
} from '@platform/commands';
import {
  absent,
  conflict,
  invalid,
  refuse,
  streamName,
  type Decider,
  type DomainEvent,
} from '@platform/kernel';
import {
  ClinicalTimeInput,
  CurrentCaller,
  Edge,
  EdgeRequest,
  IsNullable,
  IsOmittable,
  IsText,
  IsUnit,
  IsZone,
  PrincipalUnknown,
  Public,
  QuantityInput,
  StreamIdPipe,
  isPublic,
  setCaller,
} from '../index';

/* A small context of books on shelves, to test the edge with. Whoever sends `x-user: reader` may use shelf `a`. */

export class Chapter {
  @IsText(20)
  title: string;

  @IsOmittable()
  @ValidateNested()
  @Type(() => QuantityInput)
  thickness?: QuantityInput;
}

export class ShelveBook extends Command {
  @IsText(50)
  title: string;

  @IsOmittable()
  @IsNullable()
  @IsNumber()
  pages?: number | null;

  @IsOmittable()
  @IsUnit()
  unit?: string;

  @IsOmittable()
  @IsZone()
  zone?: string;

  @IsOmittable()
  @IsBoolean()
  rare?: boolean;

  @IsOmittable()
  @ValidateNested()
  @Type(() => ClinicalTimeInput)
  printed?: ClinicalTimeInput;

  @IsOmittable()
  @ArrayMaxSize(3)
  @ValidateNested({ each: true })
  @Type(() => Chapter)
  chapters?: Chapter[];
}

/** A command without any field. */
export class DustShelf extends Command {}

/** A command whose id is drawn here. */
export class AddBook extends Command {
  @IsString()
  title: string;
}

export class ReadBook extends Query {}

export class ListBooks extends Query {
  @IsOmittable()
  @Type(() => Number)
  @IsInt()
  @Min(1)
  @Max(10)
  limit?: number;
}

type BookEvent = DomainEvent<'BookShelved', { readonly title: string }> | DomainEvent<'ShelfDusted'>;
interface Book {
  readonly title?: string;
}

const decider: Decider<Book, BookEvent> = {
  initial: {},
  evolve: (state, event) => (event.type === 'BookShelved' ? event.data : state),
};

const shelve = (command: ShelveBook | AddBook, state: Book) => {
  switch (command.title) {
    case 'refused':
      return refuse('BOOK-REFUSED', 'This book is not taken.', { evidence: { shelf: 'full' } });
    case 'invalid':
      return invalid('BOOK-TITLE', 'title', 'This is no title.');
    case 'conflict':
      return conflict('BOOK-TAKEN', 'It stands elsewhere.');
    case 'contended':
      throw new StreamContended('book');
    case 'crash':
      throw new Error('The patient Jane Roe of /var/data is in this text.');
    default:
      return state.title === command.title
        ? []
        : [{ type: 'BookShelved' as const, data: { title: command.title } }];
  }
};

const bookStream = ({ shelf = '', book = 'any' }: Readonly<Record<string, string>>) =>
  streamName('book', shelf, book);

export const libraryCommands = [
  commandRow<ShelveBook, Book, BookEvent>({
    command: ShelveBook,
    permission: 'book.write',
    stream: ({ target }) => bookStream(target),
    decider,
    decide: shelve,
  }),
  commandRow<AddBook, Book, BookEvent>({
    command: AddBook,
    permission: 'book.write',
    stream: ({ target, commandId }) => bookStream({ ...target, book: commandId }),
    decider,
    decide: shelve,
    gives: ({ commandId }) => ({ book: commandId }),
  }),
  commandRow<DustShelf, Book, BookEvent>({
    command: DustShelf,
    permission: 'book.write',
    stream: ({ target }) => bookStream(target),
    decider,
    decide: () => [{ type: 'ShelfDusted', data: {} }],
    gives: () => ({ cloud: 'c1' }),
  }),
];

const libraryQueries = [
  queryRow<ReadBook, Book & { asOf?: string }>({
    query: ReadBook,
    permission: 'book.read',
    views: [],
    async answer(_, { streams, target, asOf }) {
      const { state } = await streams.load(bookStream(target), decider);
      if (!state.title) throw new QueryRejected(absent('BOOK-UNKNOWN', 'No such book.'));
      return { ...state, asOf: asOf?.toString() };
    },
  }),
  queryRow<ListBooks, { limit: unknown }>({
    query: ListBooks,
    permission: 'book.read',
    views: ['none'],
    answer: ({ limit }) => Promise.resolve({ limit: limit ?? null }),
  }),
];

@Controller('shelves/:shelf/books')
export class BooksController {
  @Post()
  add(@Edge() edge: Edge, @Body() command: AddBook) {
    return edge.submit(command);
  }

  @Get()
  list(@Edge() edge: EdgeRequest, @QueryString() query: ListBooks) {
    return edge.ask(query);
  }

  @Post(':book')
  shelve(@Edge() edge: EdgeRequest, @Body() command: ShelveBook) {
    return edge.submit(command);
  }

  @Get(':book')
  read(@Edge() edge: EdgeRequest, @QueryString() query: ReadBook) {
    return edge.ask(query);
  }

  @Post(':book/dust')
  dust(@Edge() edge: EdgeRequest, @Body() command: DustShelf) {
    return edge.submit(command);
  }

  @Post(':book/unchecked')
  unchecked(@Body() body: Record<string, string>) {
    return body;
  }

  @Public()
  @Get(':book/cover')
  cover(@Param('book', StreamIdPipe) book: string) {
    return { book };
  }

  @Public()
  @Get(':book/nobody')
  nobody(@CurrentCaller() caller: Caller) {
    return caller;
  }

  @Get(':book/caller')
  caller(@CurrentCaller() { user }: Caller) {
    return { user };
  }
}

@Injectable()
class HeaderGuard implements CanActivate {
  constructor(@Inject(Reflector) private readonly reflector: Reflector) {}

  canActivate(context: ExecutionContext): boolean {
    const request = context.switchToHttp().getRequest<{ headers: Record<string, string | undefined> }>();
    const user = request.headers['x-user'];
    if (isPublic(this.reflector, context)) return true;
    if (user === undefined) throw new PrincipalUnknown();
    setCaller(request, { user, printedName: user, rights: undefined });
    return true;
  }
}

const policy: AccessPolicy = {
  grant: ({ user }, _, target) =>
    user === 'reader' && target.shelf === 'a'
      ? { role: 'reader', scope: { trial: '*', sites: [] } }
      : undefined,
};

export class RememberedJournal implements AccessJournal {
  readonly entries: AccessEntry[] = [];

  record(entry: AccessEntry): Promise<void> {
    this.entries.push(entry);
    return Promise.resolve();
  }
}

export const libraryProviders = (journal: AccessJournal): Provider[] => [
  ...commandHandlers(libraryCommands),
  ...queryHandlers(libraryQueries),
  { provide: ACCESS_POLICY, useValue: policy },
  { provide: ACCESS_JOURNAL, useValue: journal },
];

export const libraryGuard: Provider = { provide: APP_GUARD, useClass: HeaderGuard };
