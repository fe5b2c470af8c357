using System.Globalization;
using System.Runtime.CompilerServices;
using Licenzy.Access;
using Licenzy.Domain.Access;
using Licenzy.Domain.Entitlements;

namespace Licenzy.Testing;

/// <content>Who is told when rights change.</content>
public sealed partial class FakeLicenzy
{
    private const int MostChanges = 10_000;

    private readonly Queue<SubjectChange> _changes = new();
    private long _lastChange;
    private TaskCompletionSource _news = NewNews();

    /// <inheritdoc/>
    /// <remarks>
    /// Tells of rights that are given, taken back, bought and consumed, the last 10,000 times of them; what ends because a clock was moved, it does not notice. While the fake is down,
    /// nothing comes, and everything after <see cref="ComeBack"/>.
    /// </remarks>
    public IAsyncEnumerable<SubjectChange> FollowChangesAsync(string? lastEventId = null, CancellationToken cancellationToken = default)
    {
        if (lastEventId is { } position && (position.Length is 0 or > 255 || position.Any(letter => letter is <= ' ' or > '~')))
            throw new ArgumentException("A position is 1 to 255 visible ASCII characters, as an earlier item had it. Pass null to begin now.", nameof(lastEventId));
        lock (_gate)
        {
            Note(nameof(FollowChangesAsync), null);
        }

        return FollowAsync(lastEventId, cancellationToken);
    }

    private async IAsyncEnumerable<SubjectChange> FollowAsync(string? lastEventId, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var (seen, isStarted) = (0L, false);
        while (true)
        {
            var news = new List<SubjectChange>();
            Task more;
            lock (_gate)
            {
                more = _news.Task;
                if (_outage is null)
                {
                    var isKnown = isStarted || IsKnown(lastEventId, out seen);
                    if (!isKnown)
                        (seen, news) = (_lastChange, [new SubjectChange { IsReset = true, Position = lastEventId is null ? null : Position(_lastChange) }]);
                    isStarted = true;
                    news.AddRange(_changes.Skip((int)Math.Max(0, _changes.Count - (_lastChange - seen))));
                    seen = _lastChange;
                }
            }

            foreach (var change in news)
                yield return change;
            await more.WaitAsync(cancellationToken);
        }
    }

    // Inside the lock.
    private void Save(string subjectRef, FakeSubject subject)
    {
        _subjects[subjectRef] = subject;
        if (_changes.Count == MostChanges)
            _changes.Dequeue();
        _changes.Enqueue(new SubjectChange
        {
            SubjectRef = subjectRef,
            Version = subject.Version,
            NextChangeAt = AccessRules.Summarise(subject.Rights, _clock.GetUtcNow(), Leeway.Default).ChangesAt,
            Position = Position(++_lastChange),
        });
        TellNews();
    }

    private void TellNews()
    {
        _news.SetResult();
        _news = NewNews();
    }

    private bool IsKnown(string? lastEventId, out long position) =>
        long.TryParse(lastEventId, NumberStyles.None, CultureInfo.InvariantCulture, out position) && position <= _lastChange && position >= _lastChange - _changes.Count;

    private static string Position(long change) => change.ToString(CultureInfo.InvariantCulture);

    private static TaskCompletionSource NewNews() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
