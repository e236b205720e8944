import type { Sink } from "../output/terminal.ts";

const bytesMin = 64 * 1024;

/** Gathers small texts, so that the system is not called for each row. */
export class RowWriter {
  readonly #sink: Sink;
  #texts: string[] = [];
  #length = 0;

  constructor(sink: Sink) {
    this.#sink = sink;
  }

  async write(text: string): Promise<void> {
    this.#texts.push(text);
    this.#length += text.length;
    if (this.#length >= bytesMin) await this.flush();
  }

  async flush(): Promise<void> {
    const text = this.#texts.join("");
    this.#texts = [];
    this.#length = 0;
    if (text !== "") await this.#sink.write(text);
  }
}
