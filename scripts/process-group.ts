/** Whether anything is left of a process that leads a group and of all that it has started. */
export function isGroupAlive(leader: number): boolean {
  try {
    return process.kill(-leader, 0);
  } catch {
    return false;
  }
}

/** Kills a process that leads a group and all that it has started. Does nothing if nothing is left of it. */
export function killGroup(leader: number): void {
  try {
    process.kill(-leader, "SIGKILL");
  } catch {
    // Nothing is left.
  }
}
