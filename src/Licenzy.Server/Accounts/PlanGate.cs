using Licenzy.Domain;
using Licenzy.Domain.Accounts;
using Licenzy.Domain.Entitlements;
using Licenzy.Server.Hosting;
using Licenzy.Server.Storage;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Options;

namespace Licenzy.Server.Accounts;

/// <summary>
/// What the account's plan opens (CONTRACT §2). It stands before live checkouts and before new live keys, products and connections, and nowhere
/// else: who has paid a customer of ours gets in, whatever our customer owes the operator.
/// </summary>
internal sealed class PlanGate(Db db, IOptions<LicenzyServerOptions> options, Leeway leeway, TimeProvider clock)
{
    private static readonly Refusal NotAllowed = new(
        StatusCodes.Status403Forbidden, ErrorCodes.PlanModeNotAllowed,
        "The account's plan does not open live mode now: it takes an active or trialing subscription (GET /portal/account/subscription). Test mode is open.");

    /// <summary>The account's plan now.</summary>
    public async Task<AccountPlan> OfAsync(string accountId, CancellationToken cancellationToken) =>
        Decide(IsBilled ? await db.ReadAsync(session => AccountSubscriptionStore.ListAsync(session, accountId), cancellationToken).ConfigureAwait(false) : []);

    /// <summary>Refuses what would be new in live mode, where the caller's plan does not open it.</summary>
    public async Task RequireAsync(PortalCaller caller, Mode mode, CancellationToken cancellationToken)
    {
        if (mode == Mode.Live && !(await OfAsync(caller.AccountId, cancellationToken).ConfigureAwait(false)).LiveAllowed)
        {
            throw new RefusedException(NotAllowed);
        }
    }

    /// <summary>The same within a transaction, by the workspace alone.</summary>
    public async Task RequireAsync(Session session, Scope scope)
    {
        if (scope.Mode == Mode.Live && IsBilled
            && !Decide(await AccountSubscriptionStore.ListOfOwnerAsync(session, scope.WorkspaceId).ConfigureAwait(false)).LiveAllowed)
        {
            throw new RefusedException(NotAllowed);
        }
    }

    private bool IsBilled => options.Value.Billing.WebhookSecret is not null;

    private AccountPlan Decide(IReadOnlyList<AccountSubscriptionRow> rows) =>
        PlanRules.Decide(IsBilled, [.. rows.Select(row => row.ToSubscription())], clock.GetUtcNow(), leeway);
}
