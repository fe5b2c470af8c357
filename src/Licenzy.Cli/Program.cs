using System.CommandLine;
using Licenzy.Cli.Verbs;
using Spectre.Console;

// A pipe or a file takes the words without the colours.
if (Console.IsOutputRedirected || Environment.GetEnvironmentVariable("NO_COLOR") is { Length: > 0 })
{
    AnsiConsole.Profile.Capabilities.Ansi = false;
    AnsiConsole.Profile.Width = 100;
}

var licenzy = new RootCommand("Licenzy turns a payment into access: serve it, try it, ask it.")
{
    ServeCommand.Create(),
    DemoCommand.Create(),
    KeysCommand.Create(),
    ProductsCommand.Create(),
    StripeCommand.Create(),
    CheckCommand.Create(),
    GrantCommand.Create(),
    TriggerCommand.Create(),
};

// Longer than the server's own graceful stop, so that nothing under way is cut off.
var invocation = new InvocationConfiguration { ProcessTerminationTimeout = TimeSpan.FromSeconds(15) };
return await licenzy.Parse(args).InvokeAsync(invocation).ConfigureAwait(false);
