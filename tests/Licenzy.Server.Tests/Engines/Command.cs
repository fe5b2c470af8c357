using System.Diagnostics;

namespace Licenzy.Server.Tests.Engines;

/// <summary>Runs a program to its end, within a bound, and says what it printed when it failed.</summary>
internal static class Command
{
    public static ProcessStartInfo Of(IReadOnlyList<string> words) => new(words[0], words.Skip(1))
    {
        RedirectStandardInput = true,
        RedirectStandardOutput = true,
        RedirectStandardError = true,
        // The tests' folder may be closed to the user the program runs as.
        WorkingDirectory = Path.GetPathRoot(Path.GetTempPath())!,
    };

    public static async Task RunAsync(IReadOnlyList<string> words, TimeSpan patience)
    {
        using var process = Process.Start(Of(words)) ?? throw new InvalidOperationException($"{words[0]} did not start.");
        using var bound = new CancellationTokenSource(patience);
        process.StandardInput.Close();
        var output = process.StandardOutput.ReadToEndAsync(CancellationToken.None);
        var errors = process.StandardError.ReadToEndAsync(CancellationToken.None);
        try
        {
            await process.WaitForExitAsync(bound.Token);
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            throw new TimeoutException($"{string.Join(' ', words)} took longer than {patience.TotalSeconds} s.");
        }

        if (process.ExitCode != 0)
            throw new InvalidOperationException($"{string.Join(' ', words)} ended with {process.ExitCode}: {await errors}{await output}");
    }
}
