using System.CommandLine;
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
        var now = CommonOptions.InstantArgument("now", "What it shall show; it goes forward only.");
        return PortalVerb.Create("set", "Move the clock on to an instant.", [now], async call =>
            await MoveAsync(call, new MoveTestClockRequest { Now = call.Parsed.GetValue(now) }).ConfigureAwait(false));
    }

    private static Command Advance()
    {
        var by = new Argument<string[]>("by") { Description = $"How far: {LengthOfTime.Examples}.", Arity = ArgumentArity.OneOrMore };
        by.Validators.Add(result =>
        {
            var written = Written(result.Tokens.Select(token => token.Value));
            if (LengthOfTime.Seconds(written) is null)
            {
                result.AddError($"'{written}' is no length of time; give one such as {LengthOfTime.Examples}.");
            }
        });
        return PortalVerb.Create("advance", "Move the clock on by so much.", [by], async call =>
            await MoveAsync(call, new MoveTestClockRequest { AdvanceSeconds = LengthOfTime.Seconds(Written(call.Parsed.GetValue(by)!)) }).ConfigureAwait(false));
    }

    private static Command Reset() => PortalVerb.Create("reset", "Return to real time.", [], async call =>
        Tell(call, await call.Portal.ResetTestClockAsync(call.CancellationToken).ConfigureAwait(false)));

    // What the tool itself prints has blanks in it, and a shell makes several words of it.
    private static string Written(IEnumerable<string> words) => string.Join(' ', words);

    private static async Task MoveAsync(PortalCall call, MoveTestClockRequest request) =>
        Tell(call, await call.Portal.MoveTestClockAsync(request, call.CancellationToken).ConfigureAwait(false));

    private static void Tell(PortalCall call, TestClockResponse answer) => call.Tell(answer, LicenzyJson.Default.TestClockResponse, clock => Console.WriteLine(
        clock.IsSet
            ? $"Test mode is at {PortalCall.Time(clock.Now)}, {LengthOfTime.Text(clock.OffsetSeconds)} ahead. Live mode is not."
            : $"Test mode is at real time, {PortalCall.Time(clock.Now)}."));
}
