using Licenzy.Access;
using Licenzy.Domain;
using Licenzy.Domain.Access;
using Licenzy.Domain.Entitlements;
using Licenzy.Server.Accounts;
using Licenzy.Server.Audit;
using Licenzy.Server.Entitlements;
using Licenzy.Server.Hosting;
using Microsoft.AspNetCore.Http;

namespace Licenzy.Server.Portal;

/// <summary>What an operator wants done to one right of one customer.</summary>
internal sealed record RightOrder(Scope Scope, string SubjectRef, string EntitlementId, string Action, string Reason);

/// <summary>What the rules made of it: the right's change and those that follow from it, with a word for the audit log, or the refusal.</summary>
internal sealed record RightDecision(IReadOnlyList<EntitlementChange> Changes, string Did, Refusal? Refusal);

/// <summary>Changes a right by an operator's hand: locked, decided, written with its history and its audit row in one transaction.</summary>
internal sealed class RightDesk(Idempotency idempotency, ChangeWriter writer, AuditStore audit, Leeway leeway, RuleClock clock)
{
    public Task<IResult> ChangeAsync(
        RightOrder order, IdempotencyKey key, byte[] bodyHash, PortalCaller caller, Func<Entitlement, IReadOnlyList<Entitlement>, DateTimeOffset, RightDecision> decide, HttpContext context) =>
        idempotency.RunAsync(context, order.Scope, key, bodyHash, async session =>
        {
            var now = await clock.NowAsync(session, order.Scope).ConfigureAwait(false);
            var held = await EntitlementStore.LockAsync(session, order.Scope, order.SubjectRef, at: null).ConfigureAwait(false);
            if (held.Rights.FirstOrDefault(right => right.Id == order.EntitlementId) is not { } right)
            {
                return Refusal.NotFound;
            }

            var decision = decide(right, held.Rights, now);
            if (decision.Changes.FirstOrDefault(change => change.After.Id == right.Id) is not { } changed)
            {
                return decision.Refusal!;
            }

            var cause = new Cause(ChangeSource.Portal, right.Id, now, caller.Actor, RequestFrame.RequestId(context), order.Reason);
            await writer.WriteAsync(session, order.Scope, order.SubjectRef, held, decision.Changes, cause).ConfigureAwait(false);
            var detail = $"{decision.Did} {right.ProductCode} of {order.SubjectRef}: {order.Reason}";
            await audit.AddAsync(session, order.Scope, new AuditEntry(caller.Actor, order.Action, right.Id, detail), context).ConfigureAwait(false);

            var view = AccessRules.Summarise([changed.After], now, leeway).Rights[0];
            return new JsonAnswer<EntitlementResponse>(view.ToResponse(order.SubjectRef, now));
        });

    /// <summary>The refusal where a right is over: nothing is left to take or to correct.</summary>
    public static Refusal Over(Entitlement right) =>
        Refusal.Conflict(ErrorCodes.EntitlementEnded, right.Status == EntitlementStatus.Revoked ? "The right was taken back before." : "The right has ended already.");
}
