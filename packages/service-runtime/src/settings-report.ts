import { ConfigError } from "./config-error.ts";
import { createRedactor } from "./redact.ts";

const redact = createRedactor([], []);

/** The problems and warnings of settings. Each is one line that names the setting. */
export class SettingsReport {
  readonly problems: string[] = [];
  readonly warnings: string[] = [];
  readonly #refused = new Set<string>();

  /**
   * Adds the problem `<setting> <what>`. Only the first problem of a setting is kept, since later ones follow from it. `X`
   * and `X_FILE` count as one setting. Returns undefined, so that a function that gives up can return the call.
   */
  refuse(setting: string, what: string): undefined {
    if (this.has(setting)) return;
    this.#refused.add(withoutFile(setting));
    // A value in it is one line, and shows no secret that was put into the wrong setting.
    this.problems.push(`${setting} ${redact(what).replaceAll(/[\r\n]+/g, " ")}`);
  }

  /** Whether the setting has a problem. */
  has(setting: string): boolean {
    return this.#refused.has(withoutFile(setting));
  }
}

function withoutFile(setting: string): string {
  return setting.endsWith("_FILE") ? setting.slice(0, -"_FILE".length) : setting;
}

export interface SettingsCheck {
  problems: string[];
  warnings: string[];
}

/** What `read` reports; a ConfigError that it throws counts too. */
export function reportOf(read: (report: SettingsReport) => unknown): SettingsCheck {
  const report = new SettingsReport();
  try {
    read(report);
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    report.problems.push(...error.problems);
  }
  return { problems: report.problems, warnings: report.warnings };
}

/** What `read` returns. Throws a {@link ConfigError} with all problems if it reports any. */
export function configOf<Config>(read: (report: SettingsReport) => Config | undefined): Config {
  const report = new SettingsReport();
  const config = read(report);
  if (config === undefined || report.problems.length > 0) throw new ConfigError(...report.problems);
  return config;
}
