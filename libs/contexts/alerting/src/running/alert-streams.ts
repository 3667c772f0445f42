import { setMaxListeners } from 'node:events';
import { Injectable, type OnModuleDestroy } from '@nestjs/common';

/** Ends all streams of alerts when the host begins to stop: it waits for the answers that are under way. */
@Injectable()
export class AlertStreams implements OnModuleDestroy {
  private readonly stopping = new AbortController();

  constructor() {
    // Each stream listens.
    setMaxListeners(0, this.stopping.signal);
  }

  get signal(): AbortSignal {
    return this.stopping.signal;
  }

  onModuleDestroy(): void {
    this.stopping.abort();
  }
}
