import 'reflect-metadata';
import { Body, Controller, Module, Post } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import { validationPipe } from '@platform/http';
import { RecordLaboratoryResults } from '@trial/participants';
import { systemClock } from '@platform/kernel';
import { RunningTrial, trial } from '../support/trial';

/** The child process of the HTTP benchmark: serves either the ledger or an empty handler, and tells where. */

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

void (process.argv[2] === 'empty' ? serveEmpty() : serveLedger()).then(served => process.send!(served));
