import { setDefaultCACertificates } from "node:tls";

// Runs before each test file. Tests trust the authorities of their own workspaces alone: whenever these change, Node reads
// the whole list again, which takes a workspace 70 ms of CPU with 150 public authorities in it.
setDefaultCACertificates([]);
