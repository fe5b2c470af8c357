using System.CommandLine;
using Licenzy.Cli.Demo;

namespace Licenzy.Cli.Verbs;

/// <summary><c>licenzy demo</c>: watch a purchase become access.</summary>
internal static class DemoCommand
{
    public static Command Create()
    {
        var keep = new Option<bool>("--keep") { Description = "Leave everything running afterwards and print the addresses." };
        var command = new Command("demo", "Watch a purchase become access: a server, a Stripe double and a gated API on this machine, nothing to set up.") { keep };
        command.SetAction((parsed, cancellationToken) => DemoRun.RunAsync(parsed.GetValue(keep), cancellationToken));
        return command;
    }
}
