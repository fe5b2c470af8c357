using Licenzy.Domain;
using Licenzy.Domain.Access;
using Licenzy.Domain.Entitlements;
using Licenzy.Server.Hosting;
using Licenzy.Server.Storage;

namespace Licenzy.Server.Entitlements;

/// <summary>Where a question about a subject gets its answer from. Writers do not come here: they read under the subject's lock.</summary>
internal sealed class SubjectReads(SubjectSnapshots snapshots, EntitlementStore store, Leeway leeway, TimeProvider clock)
{
    /// <summary>The subject's rights as they are in the database.</summary>
    public Task<SubjectRights> OfAsync(Scope scope, string subjectRef, CancellationToken cancellationToken) => store.OfAsync(scope, subjectRef, cancellationToken);

    /// <summary>
    /// The decision about the subject, from memory where it is there; at <paramref name="wanted"/> or a later version, or at the newest there is, where it
    /// never got that far.
    /// </summary>
    public ValueTask<Decided> DecideAsync(Scope scope, string subjectRef, MinVersion wanted, CancellationToken cancellationToken) =>
        snapshots.TryDecide(scope, subjectRef, out var decided) && wanted.IsMetBy(decided.Version)
            ? ValueTask.FromResult(decided)
            : new ValueTask<Decided>(LoadAsync(scope, subjectRef, wanted, cancellationToken));

    private async Task<Decided> LoadAsync(Scope scope, string subjectRef, MinVersion wanted, CancellationToken cancellationToken)
    {
        var rights = await snapshots.LoadAsync(scope, subjectRef, cancellationToken).ConfigureAwait(false);
        if (!wanted.IsMetBy(rights.Version))
            rights = await snapshots.ReloadAsync(scope, subjectRef, cancellationToken).ConfigureAwait(false);
        var decision = AccessRules.Decide(rights.Rights, rights.Now(clock), leeway);
        // A client counts from Date, which is real time whatever the rules' clock says.
        return new Decided(rights.Version, decision.Allowed, decision.Reason, Instant.Millis(decision.FlipsAt?.AddMilliseconds(-rights.ClockOffset)));
    }
}
