using System.Globalization;
using System.Net;
using System.Runtime.CompilerServices;
using Licenzy.Domain.Entitlements;

namespace Licenzy.Testing;

/// <summary>
/// Licenzy in memory, for an application's own tests: give a subject rights and ask as the application does. It decides by the server's rules and
/// refuses with the real client's exceptions; nobody has a right that was not given. Register it with <c>services.AddFakeLicenzy()</c>.
/// </summary>
/// <remarks>Safe for calls at once. It remembers all it is told and belongs to one test or fixture, not to a process that lives on.</remarks>
public sealed partial class FakeLicenzy : ILicenzyClient
{
    private const int MostCalls = 10_000;

    private readonly object _gate = new();
    private readonly TimeProvider _clock;
    private readonly Dictionary<string, FakeSubject> _subjects = new(StringComparer.Ordinal);
    private readonly Queue<FakeLicenzyCall> _calls = new();
    private Func<LicenzyApiException>? _outage;
    private long _lastId;

    /// <summary>With the system's clock.</summary>
    public FakeLicenzy()
        : this(TimeProvider.System)
    {
    }

    /// <summary>With a clock that a test moves: what ends by time ends by it.</summary>
    public FakeLicenzy(TimeProvider clock) => _clock = clock ?? throw new ArgumentNullException(nameof(clock));

    /// <summary>The calls that came, oldest first; the last 10,000 of them.</summary>
    public IReadOnlyList<FakeLicenzyCall> Calls
    {
        get
        {
            lock (_gate)
            {
                return [.. _calls];
            }
        }
    }

    /// <summary>Gives a subject rights, beside those it has.</summary>
    /// <param name="subjectRef">Your own id of the customer.</param>
    /// <param name="rights">Such as <c>FakeRight.Subscription("PRO")</c>.</param>
    /// <returns>The same fake.</returns>
    public FakeLicenzy Give(string subjectRef, params FakeRight[] rights)
    {
        ArgumentNullException.ThrowIfNull(rights);
        RequireSubject(subjectRef);
        lock (_gate)
        {
            var now = _clock.GetUtcNow();
            foreach (var right in rights)
            {
                Hold(subjectRef, right.Begin(NewId("ent"), Of(subjectRef).Rights, now), right);
            }

            return this;
        }
    }

    /// <summary>Takes every right of a subject back, as an operator would: the reason is <c>revoked</c>. Who has none is denied anyway.</summary>
    /// <returns>The same fake.</returns>
    public FakeLicenzy Deny(string subjectRef)
    {
        RequireSubject(subjectRef);
        lock (_gate)
        {
            var (subject, now) = (Of(subjectRef), _clock.GetUtcNow());
            Entitlement[] revoked = [.. subject.Rights.Where(right => right.Status != EntitlementStatus.Revoked).Select(right => FakeRight.Revoke(right, now))];
            if (revoked.Length > 0)
            {
                Save(subjectRef, subject.With(revoked, now));
            }

            return this;
        }
    }

    /// <summary>From now on nothing answers: every call fails as with a server that cannot be reached, without a status.</summary>
    /// <returns>The same fake.</returns>
    public FakeLicenzy GoDown() => Fail(static () => new LicenzyApiException("The Licenzy API could not be reached: the fake is down."));

    /// <summary>From now on every call is answered with 503 and this <c>Retry-After</c>.</summary>
    /// <returns>The same fake.</returns>
    public FakeLicenzy GoDown(TimeSpan retryAfter) => Fail(() =>
        new LicenzyApiException(HttpStatusCode.ServiceUnavailable, ErrorCodes.Unavailable, "The database is not available. Try again.")
        {
            RequestId = NewId("req"),
            RetryAfter = retryAfter,
        });

    /// <summary>Answers again.</summary>
    /// <returns>The same fake.</returns>
    public FakeLicenzy ComeBack() => Fail(null);

    private FakeLicenzy Fail(Func<LicenzyApiException>? outage)
    {
        lock (_gate)
        {
            _outage = outage;
            TellNews();
            return this;
        }
    }

    private Task<T> AnswerAsync<T>(string? subjectRef, Func<DateTimeOffset, T> answer, CancellationToken cancellationToken, [CallerMemberName] string method = "")
    {
        if (cancellationToken.IsCancellationRequested)
            return Task.FromCanceled<T>(cancellationToken);
        lock (_gate)
        {
            Note(method, subjectRef);
            try
            {
                if (_outage is not null)
                    return Task.FromException<T>(_outage());
                var now = _clock.GetUtcNow();
                ReturnEnded(now);
                return Task.FromResult(answer(now));
            }
            catch (LicenzyApiException refused)
            {
                return Task.FromException<T>(refused);
            }
        }
    }

    private void Note(string method, string? subjectRef)
    {
        if (_calls.Count == MostCalls)
            _calls.Dequeue();
        _calls.Enqueue(new FakeLicenzyCall(method, subjectRef));
    }

    private void Hold(string subjectRef, Entitlement right, FakeRight given) =>
        Save(subjectRef, Of(subjectRef).With(new FakeHeld(right, given.Features, right.CreatedAt)));

    private FakeSubject Of(string subjectRef) => _subjects.GetValueOrDefault(subjectRef, FakeSubject.Unknown);

    // Like a ULID: 26 characters that sort by the order they were made in.
    private string NewId(string prefix) => string.Create(CultureInfo.InvariantCulture, $"{prefix}_{++_lastId:00000000000000000000000000}");
}
