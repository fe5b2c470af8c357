using System.Runtime.CompilerServices;
using Licenzy.Access;
using Licenzy.Resilience;
using Licenzy.Transport;

namespace Licenzy.Following;

/// <summary>Follows the feed over as many connections as it takes.</summary>
internal sealed class ChangeFeed(LicenzyTransport transport, TimeProvider clock)
{
    private static readonly TimeSpan FirstPause = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(30);

    // A server that asks for more is mistaken, or somebody else.
    private static readonly TimeSpan LongestRetryAfter = TimeSpan.FromHours(1);

    public async IAsyncEnumerable<SubjectChange> FollowAsync(string? position, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var failures = 0;
        while (true)
        {
            TimeSpan pause;
            using (var connection = new ChangeConnection(transport, clock, cancellationToken))
            {
                if (await connection.TryOpenAsync(position).ConfigureAwait(false))
                {
                    // Nobody can say what happened before: the server tells of what comes from here on.
                    if (position is null)
                        yield return new SubjectChange { IsReset = true };
                    while (await connection.NextAsync().ConfigureAwait(false) is { } message)
                    {
                        if (message.Id is { } id)
                            position = FeedPosition.IsUsable(id) ? id : null;
                        if (ChangeReading.Of(message, position) is { } change)
                            yield return change;
                    }
                }

                // From the same place the same would come again.
                if (connection.IsGarbled)
                    position = null;
                failures = connection.HasSpoken && !connection.IsGarbled ? 0 : failures + 1;
                pause = Pause(failures, connection.RetryAfter);
            }

            await PauseAsync(pause, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>Doubling with chance, never before the server's <c>Retry-After</c>.</summary>
    private static TimeSpan Pause(int failures, TimeSpan? asked)
    {
        var backoff = Math.Min(FirstPause.TotalMilliseconds * Math.Pow(2, Math.Max(0, failures - 1)), LongestPause.TotalMilliseconds) * (0.5 + Chance.Fraction());
        var least = Math.Min(asked?.TotalMilliseconds ?? 0, LongestRetryAfter.TotalMilliseconds) * (1 + 0.1 * Chance.Fraction());
        return TimeSpan.FromMilliseconds(Math.Max(backoff, least));
    }

    private Task PauseAsync(TimeSpan pause, CancellationToken cancellationToken) =>
#if NETSTANDARD2_0
        clock.Delay(pause, cancellationToken);
#else
        Task.Delay(pause, clock, cancellationToken);
#endif
}
