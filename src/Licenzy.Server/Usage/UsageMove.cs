using Licenzy.Domain;
using Licenzy.Server.Accounts;
using Licenzy.Server.Entitlements;
using Licenzy.Server.Hosting;
using Licenzy.Server.Storage;
using Microsoft.AspNetCore.Http;

namespace Licenzy.Server.Usage;

/// <summary>Who wants units to be moved, and in which request.</summary>
internal sealed record UsageOrder(Scope Scope, string Actor, string RequestId)
{
    public static UsageOrder Of(Caller caller, HttpContext context) => new(caller.Scope, caller.Actor, RequestFrame.RequestId(context));

    public Cause Cause(string id, DateTimeOffset at) => new(ChangeSource.Runtime, id, at, Actor, RequestId);
}

/// <summary>A request that moves a subject's units.</summary>
/// <param name="Order">Who asks.</param>
/// <param name="Whose">Finds the subject; <see langword="null"/> where there is nothing of the name that was given.</param>
/// <param name="Decide">What becomes of it, under the subject's lock.</param>
internal sealed record UsageMove(UsageOrder Order, Func<Session, Task<string?>> Whose, Func<Session, UsageSubject, Task<UsageMoved>> Decide)
{
    /// <summary>The same where the subject is known, and nothing has to be read.</summary>
    public UsageMove(UsageOrder order, string subjectRef, Func<UsageSubject, UsageMoved> decide)
        : this(order, _ => Task.FromResult<string?>(subjectRef), (_, subject) => Task.FromResult(decide(subject)))
    {
    }

    /// <summary>Whether it asks the ledger, which must then have everything that was decided before.</summary>
    public bool ReadsLedger { get; init; }
}

/// <summary>What became of a request.</summary>
/// <param name="Answer">What the caller hears.</param>
/// <param name="Step">What changes; <see langword="null"/> where nothing does.</param>
/// <param name="HoldDueAt">When the first of the subject's open holds ends then.</param>
internal sealed record UsageMoved(IRepeatableAnswer Answer, ChangeStep? Step, DateTimeOffset? HoldDueAt)
{
    public static UsageMoved Not(IRepeatableAnswer answer, UsageSubject subject) => new(answer, null, subject.Held.HoldDueAt);

    public UsageSubject Of(UsageSubject subject)
    {
        var held = subject.Held with { HoldDueAt = HoldDueAt };
        return subject with { Held = Step is { } step ? held.After(step.Changes) : held };
    }
}
