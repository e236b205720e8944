/** The page that tells a person why nobody was signed in, and how to go on. It stands alone: the console may be off. */
export function signInFailedPage(message: string, loginUrl: string, requestId: string): string {
  return `<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <meta name="color-scheme" content="light dark">
    <link rel="icon" href="data:,">
    <title>Sign-in failed</title>
    <style>
      body { max-width: 30rem; margin: 15vh auto; padding: 0 1rem; font: 16px/1.5 system-ui, sans-serif; }
      h1 { font-size: 1.25rem; }
      a { color: light-dark(#3257c9, #8fabff); }
    </style>
  </head>
  <body>
    <main>
      <h1>You are not signed in</h1>
      <p>${escaped(message)}</p>
      <p><a href="${escaped(loginUrl)}">Sign in again</a></p>
      <p><small>Request ${escaped(requestId)}</small></p>
    </main>
  </body>
</html>
`;
}

function escaped(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll('"', "&quot;");
}
