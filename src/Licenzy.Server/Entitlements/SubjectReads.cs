using Licenzy.Domain;
using Licenzy.Server.Hosting;

namespace Licenzy.Server.Entitlements;

/// <summary>Where a question about a subject gets its rights from. Writers do not come here: they read under the subject's lock.</summary>
internal sealed class SubjectReads(EntitlementStore store)
{
    /// <summary>The subject's rights at <paramref name="wanted"/> or a later version; at the newest there is, where it never got that far.</summary>
    public async Task<SubjectRights> OfAsync(Scope scope, string subjectRef, MinVersion wanted, CancellationToken cancellationToken)
    {
        var known = await KnownAsync(scope, subjectRef, cancellationToken).ConfigureAwait(false);
        return wanted.IsMetBy(known.Version) ? known : await store.OfAsync(scope, subjectRef, cancellationToken).ConfigureAwait(false);
    }

    // What this instance knows. Today that is the database itself, so that every version that was ever answered is met at once; a memory of
    // subjects belongs here, and here only: an answer of it that is too old is loaded again above.
    private Task<SubjectRights> KnownAsync(Scope scope, string subjectRef, CancellationToken cancellationToken) => store.OfAsync(scope, subjectRef, cancellationToken);
}
