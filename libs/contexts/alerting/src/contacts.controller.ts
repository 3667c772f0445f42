import { Body, Controller, Get, Inject, Post, Query } from '@nestjs/common';
import { AccessRefused, CommandRejected, Gate, Runner, type Receipt } from '@platform/commands';
import { Edge, EdgeRequest } from '@platform/http';
import { IDS, type Ids } from '@platform/kernel';
import type { SecretStore } from '@platform/secrets';
import { AddContactPoint, ClearQuietHours, RemoveContactPoint, SetQuietHours } from './alerting.commands';
import { ReadContactPoints } from './alerting.queries';
import { contactDecider, contactStream } from './domain/contact';
import { CONTACT_SECRETS, newWebhookSecret } from './running/contact-secrets';

/** A webhook's secret stands in the answer once, and never again. */
type AddedPoint = Receipt & { readonly secret?: string };

/** How people are reached: everybody's on the own account. */
@Controller('accounts/:user')
export class ContactsController {
  constructor(
    @Inject(Gate) private readonly gate: Gate,
    @Inject(IDS) private readonly ids: Ids,
    @Inject(Runner) private readonly runner: Runner,
    @Inject(CONTACT_SECRETS) private readonly secrets: SecretStore,
  ) {}

  @Get('contact-points')
  read(@Edge() edge: EdgeRequest, @Query() query: ReadContactPoints) {
    return edge.ask(query);
  }

  /**
   * The secret goes first, under the command's id. If we die before the event, no log names the secret and nothing is
   * sent with it; the request, sent again, adds the point and tells no secret: then the point is to be removed, and
   * added anew.
   */
  @Post('contact-points')
  async add(@Edge() edge: EdgeRequest, @Body() command: AddContactPoint): Promise<AddedPoint> {
    const from = edge.submission(command);
    const commandId = from.commandId ?? this.ids.next();
    const secret = newWebhookSecret();
    const kept = command.channel === 'webhook' && (await this.secrets.keep(commandId, secret)) === secret;
    try {
      const receipt = await this.gate.submit(command, { ...from, commandId });
      return kept ? { ...receipt, secret } : receipt;
    } catch (error) {
      const refused = error instanceof CommandRejected || error instanceof AccessRefused;
      if (refused && kept) await this.secrets.forget([commandId]);
      throw error;
    }
  }

  @Post('contact-points/removals')
  async remove(@Edge() edge: EdgeRequest, @Body() command: RemoveContactPoint) {
    const receipt = await edge.submit(command);
    const stream = contactStream(edge.target().user!);
    await this.secrets.forget((await this.runner.streams.load(stream, contactDecider)).state.superseded);
    return receipt;
  }

  @Post('quiet-hours')
  setQuietHours(@Edge() edge: EdgeRequest, @Body() command: SetQuietHours) {
    return edge.submit(command);
  }

  @Post('quiet-hours/clearing')
  clearQuietHours(@Edge() edge: EdgeRequest, @Body() command: ClearQuietHours) {
    return edge.submit(command);
  }
}
