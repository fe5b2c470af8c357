using System.CommandLine;
using System.CommandLine.Invocation;
using Licenzy.Cli.Serving;
using Licenzy.Cli.Verbs;
using Spectre.Console;

// The build's question for the API's document, in the words of its tool: it wants the application, not a verb.
if (args is [var only] && only.StartsWith("--applicationName=", StringComparison.Ordinal))
{
    ServerHost.Describe();
    return 0;
}

// A pipe or a file takes the words without the colours.
if (Console.IsOutputRedirected || Environment.GetEnvironmentVariable("NO_COLOR") is { Length: > 0 })
{
    AnsiConsole.Profile.Capabilities.Ansi = false;
    // No screen, no edge: an id in two lines cannot be searched for.
    AnsiConsole.Profile.Width = 240;
}

var licenzy = new RootCommand("Licenzy turns a payment into access: serve it, try it, ask it.")
{
    ServeCommand.Create(),
    DemoCommand.Create(),
    WorkspacesCommand.Create(),
    KeysCommand.Create(),
    ProductsCommand.Create(),
    StripeCommand.Create(),
    WebhooksCommand.Create(),
    CheckCommand.Create(),
    CustomersCommand.Create(),
    TestClockCommand.Create(),
    CustomerChanges.Grant(),
    VerifyCommand.Create(),
    TriggerCommand.Create(),
};

// Longer than the server's own graceful stop, so that nothing under way is cut off.
var invocation = new InvocationConfiguration { ProcessTerminationTimeout = TimeSpan.FromSeconds(15) };
var parsed = licenzy.Parse(args is [] ? ["--help"] : args);
if (parsed.Action is ParseErrorAction refusal)
{
    // What is wrong is one line; a page of help after it hides it. Whoever named no verb needs the page.
    refusal.ShowHelp = parsed.CommandResult.Command.Subcommands.Count > 0;
}

return await parsed.InvokeAsync(invocation).ConfigureAwait(false);
