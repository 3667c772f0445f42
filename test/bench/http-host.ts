import 'reflect-metadata';
import { Body, Controller, Module, Post } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import { validationPipe } from '@platform/http';
import { RecordLaboratoryResults } from '@trial/participants';
import { systemClock } from '@platform/kernel';
import { loopbackWebhooks } from '../support/alerting/loopback-webhooks';
import { waitingAlerts } from '../support/alerting/burst';
import { RunningTrial, trial } from '../support/trial';

/** The child process of the HTTP benchmarks: serves the ledger or an empty handler, and tells where. */

@Controller('trials/:trial/participants/:participant')
class EmptyController {
  @Post('laboratory-results')
  record(@Body() _: RecordLaboratoryResults): object {
    return {};
  }
}

@Module({ controllers: [EmptyController] })
class EmptyModule {}

async function serveEmpty(): Promise<object> {
  const app = await NestFactory.create<NestFastifyApplication>(EmptyModule, new FastifyAdapter(), {
    logger: false,
  });
  app.useGlobalPipes(validationPipe());
  await app.listen(0, '127.0.0.1');
  process.once('SIGTERM', () => void app.close().then(() => process.exit(0)));
  return { url: await app.getUrl(), token: 'none', participants: ['01-001'] };
}

async function serveLedger(): Promise<object> {
  const running = await RunningTrial.start(['01'], { clock: systemClock });
  process.once('SIGTERM', () => void running.stop().then(() => process.exit(0)));
  const participants: string[] = [];
  for (let count = 0; count < 200; count++) participants.push(await running.consentedAt('01'));
  const token = await running.ledger.login('coordinator-01-99', 'coordinator', trial, ['01']);
  return { url: running.ledger.url, token, participants };
}

/** A safety officer with a webhook, and adverse events that are still to be assessed. */
async function serveAlerts(hook: string, count: number): Promise<object> {
  const channel = loopbackWebhooks();
  const running = await RunningTrial.start(['01'], { clock: systemClock, channel });
  process.once('SIGTERM', () => void running.stop().then(() => process.exit(0)));
  return { url: running.ledger.url, ...(await waitingAlerts(running, hook, count)) };
}

const [, , kind, hook = '', count = ''] = process.argv;
const serve = { empty: serveEmpty, alerts: () => serveAlerts(hook, Number(count)), ledger: serveLedger };

void serve[kind as keyof typeof serve]().then(served => process.send!(served));
