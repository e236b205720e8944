import { checkAccess } from "./check-access.ts";

const { lines, exitCode } = checkAccess(process.argv.slice(2), process.env);
(exitCode === 2 ? process.stderr : process.stdout).write(`${lines.join("\n")}\n`);
process.exitCode = exitCode;
