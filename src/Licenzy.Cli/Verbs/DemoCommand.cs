using System.CommandLine;
using Licenzy.Cli.Demo;

namespace Licenzy.Cli.Verbs;

/// <summary><c>licenzy demo</c>: watch a purchase become access.</summary>
internal static class DemoCommand
{
    public static Command Create()
    {
        var keep = new Option<bool>("--keep") { Description = "Leave everything running afterwards and print the addresses." };
        var file = new Option<FileInfo?>("--env-file") { Description = "Like --keep, and write the addresses and keys into this file, for a shell to read with . <file>; it goes when the demo stops." };
        var command = new Command("demo", "Watch a purchase become access: a server, a Stripe double and a gated API on this machine, nothing to set up.") { keep, file };
        command.SetAction((parsed, cancellationToken) => RunAsync(parsed.GetValue(keep), parsed.GetValue(file), cancellationToken));
        return command;
    }

    private static async Task<int> RunAsync(bool keep, FileInfo? variables, CancellationToken cancellationToken)
    {
        try
        {
            return await DemoRun.RunAsync(keep, variables, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception refused) when (variables is not null && refused is IOException or UnauthorizedAccessException)
        {
            Console.Error.WriteLine($"licenzy: {refused.Message}");
            return 1;
        }
    }
}
