using System.Diagnostics;

namespace Licenzy.Reliability.Tests.Running;

/// <summary>Waits for what is to come, and lets what is wrong last for a while.</summary>
internal static class Patience
{
    /// <summary>Seconds that a fault lasts; a longer run asks for more of them.</summary>
    public const string Variable = "LICENZY_FAULT_SECONDS";

    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(10);

    /// <summary>How long a fault lasts.</summary>
    public static TimeSpan Fault { get; } = TimeSpan.FromSeconds(
        double.TryParse(Environment.GetEnvironmentVariable(Variable), System.Globalization.CultureInfo.InvariantCulture, out var seconds) ? seconds : 2);

    /// <summary>
    /// What may take how long. The longer run is for a machine that has nothing else to do, and holds the server to the figure that is promised; otherwise the bound
    /// only tells slow from never.
    /// </summary>
    public static TimeSpan Bound(double promisedSeconds, double elsewhereSeconds) =>
        TimeSpan.FromSeconds(Environment.GetEnvironmentVariable(Variable) is null ? elsewhereSeconds : promisedSeconds);

    public static Task ForAsync(TimeSpan time) => Task.Delay(time, TimeProvider.System, CancellationToken.None);

    /// <summary>How long it took.</summary>
    public static Task<TimeSpan> UntilAsync(Func<bool> done, Func<string> otherwise) => UntilAsync(() => Task.FromResult(done()), otherwise);

    public static async Task<TimeSpan> UntilAsync(Func<Task<bool>> done, Func<string> otherwise)
    {
        var begun = Stopwatch.GetTimestamp();
        using var pause = new PeriodicTimer(Look);
        while (!await done())
        {
            if (Stopwatch.GetElapsedTime(begun) > Longest)
                Assert.Fail(otherwise());
            await pause.WaitForNextTickAsync();
        }

        return Stopwatch.GetElapsedTime(begun);
    }
}
