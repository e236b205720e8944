import { ConfigError } from "./config-error.ts";

/** What is wrong with the settings, and what looks like a slip: a line each, which names the setting. */
export class SettingsReport {
  readonly problems: string[] = [];
  readonly warnings: string[] = [];
  readonly #refused = new Set<string>();

  /**
   * Adds the problem `<setting> <what>`. Only the first one of a setting is kept: that a bad value is missing elsewhere is
   * no news. `X` and `X_FILE` are one setting. Returns undefined, for those who have nothing to return then.
   */
  refuse(setting: string, what: string): undefined {
    if (this.has(setting)) return;
    this.#refused.add(withoutFile(setting));
    this.problems.push(`${setting} ${what}`);
  }

  /** Whether the setting has a problem already. */
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

/** What `read` finds wrong, and a ConfigError that it throws. */
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

/** What `read` returns. Throws a {@link ConfigError} with all problems when it has found some. */
export function configOf<Config>(read: (report: SettingsReport) => Config | undefined): Config {
  const report = new SettingsReport();
  const config = read(report);
  if (config === undefined || report.problems.length > 0) throw new ConfigError(...report.problems);
  return config;
}
