using System.CommandLine;
using System.Globalization;
using Licenzy.Json;
using Licenzy.Portal;

namespace Licenzy.Cli.Verbs;

/// <summary><c>licenzy test-clock</c>: time travel for the rights of test mode.</summary>
internal static class TestClockCommand
{
    public static Command Create() => new("test-clock", "The clock by which the rights of test mode are decided.") { Show(), Set(), Advance(), Reset() };

    private static Command Show() => PortalVerb.Create("show", "What the clock shows.", [], async call =>
        Tell(call, await call.Portal.GetTestClockAsync(call.CancellationToken).ConfigureAwait(false)));

    private static Command Set()
    {
        var now = new Argument<DateTimeOffset>("now") { Description = "What it shall show, such as 2027-01-31T00:00:00Z; it goes forward only." };
        return PortalVerb.Create("set", "Move the clock on to an instant.", [now], async call =>
            await MoveAsync(call, new MoveTestClockRequest { Now = call.Parsed.GetValue(now).ToUniversalTime() }).ConfigureAwait(false));
    }

    private static Command Advance()
    {
        var by = new Argument<string>("by") { Description = "How far: 30d, 12h, 45m or 90s." };
        by.Validators.Add(result =>
        {
            if (result.Tokens is [var only] && Seconds(only.Value) is null)
            {
                result.AddError($"'{only.Value}' is no length of time; give one such as 30d, 12h, 45m or 90s.");
            }
        });
        return PortalVerb.Create("advance", "Move the clock on by so much.", [by], async call =>
            await MoveAsync(call, new MoveTestClockRequest { AdvanceSeconds = Seconds(call.Parsed.GetValue(by)!) }).ConfigureAwait(false));
    }

    private static Command Reset() => PortalVerb.Create("reset", "Return to real time.", [], async call =>
        Tell(call, await call.Portal.ResetTestClockAsync(call.CancellationToken).ConfigureAwait(false)));

    private static long? Seconds(string text) => text.Length > 1 && long.TryParse(text[..^1], NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number <= 1_000_000_000
        ? text[^1] switch
        {
            'd' => number * 86_400,
            'h' => number * 3_600,
            'm' => number * 60,
            's' => number,
            _ => null,
        }
        : null;

    private static async Task MoveAsync(PortalCall call, MoveTestClockRequest request) =>
        Tell(call, await call.Portal.MoveTestClockAsync(request, call.CancellationToken).ConfigureAwait(false));

    private static void Tell(PortalCall call, TestClockResponse answer) => call.Tell(answer, LicenzyJson.Default.TestClockResponse, clock => Console.WriteLine(
        clock.IsSet
            ? $"Test mode is at {PortalCall.Time(clock.Now)}, {TimeSpan.FromSeconds(clock.OffsetSeconds).ToString("d'd 'h'h 'm'm 's's'", CultureInfo.InvariantCulture)} ahead. Live mode is not."
            : $"Test mode is at real time, {PortalCall.Time(clock.Now)}."));
}
