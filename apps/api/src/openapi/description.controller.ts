import { Controller, Get, Header, Inject } from '@nestjs/common';
import { Public } from '@platform/http';
import { apiDocument } from './document';
import type { Controller as ControllerClass } from './routes';

/** Made when somebody first asks for it: a start has no use for it. */
export class ApiDescription {
  private made: string | undefined;

  constructor(private readonly controllers: readonly ControllerClass[]) {}

  get text(): string {
    this.made ??= JSON.stringify(apiDocument(this.controllers));
    return this.made;
  }
}

@Public()
@Controller()
export class DescriptionController {
  constructor(@Inject(ApiDescription) private readonly description: ApiDescription) {}

  @Get('openapi.json')
  @Header('Content-Type', 'application/json; charset=utf-8')
  read(): string {
    return this.description.text;
  }
}
