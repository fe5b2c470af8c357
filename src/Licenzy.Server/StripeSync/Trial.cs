using Licenzy.Domain;
using Licenzy.Domain.Billing;
using Licenzy.Server.Audit;
using Licenzy.Server.Checkout;
using Licenzy.Server.Entitlements;
using Licenzy.Server.Storage;
using Licenzy.Server.StripeInbound;

namespace Licenzy.Server.StripeSync;

/// <summary>Who compares or imports, over which connection, and whether what is found is mended.</summary>
/// <param name="Talk">Stripe.</param>
/// <param name="Scope">Workspace and mode.</param>
/// <param name="Keeps">Whether changes are kept.</param>
/// <param name="Actor">Who asked for it.</param>
/// <param name="CauseId">The run, as the history of rights names it.</param>
internal sealed record Run(StripeTalk Talk, Scope Scope, bool Keeps, string Actor, string CauseId)
{
    /// <summary>Whether the time of a call is over: what is left is the next one's.</summary>
    public Func<bool> IsOver { get; init; } = () => false;

    public UnknownEvent Head(DateTimeOffset asOf) => Talk.Head(CauseId, asOf);
}

/// <summary>Which of Stripe's objects a trial is about.</summary>
internal sealed record About(string? SubscriptionId = null, string? SessionId = null, string? PaymentId = null)
{
    public string ObjectId => SessionId ?? PaymentId ?? SubscriptionId!;
}

/// <summary>What a trial showed.</summary>
/// <param name="Before">What stood here.</param>
/// <param name="After">What stands here with the news.</param>
/// <param name="Unmatched">Why nothing here fits the news.</param>
internal sealed record Tried(Held Before, Held After, string? Unmatched)
{
    public bool Differs => Unmatched is null && !Before.IsLike(After);
}

/// <summary>
/// Finds out what a piece of news from Stripe would change, by applying it as any news is applied and taking it back. There is no second idea of
/// what rights should be. Only a difference is ever kept, so that a comparison leaves no trace where all is well.
/// </summary>
internal sealed class Trial(Db db, BillingEffects effects, AuditStore audit)
{
    public async Task<Tried> RunAsync(Run run, About about, IReadOnlyList<BillingEvent> news, string action)
    {
        try
        {
            return await db.WriteAsync(
                async session =>
                {
                    await LockOrder.BeginAsync(session, run.Scope, eventId: null, BillingEffects.MakesKnown(news)).ConfigureAwait(false);
                    var before = await HeldAsync(session, run.Scope, about).ConfigureAwait(false);
                    // A session says whose it is; of a payment only the last news has all that is known.
                    var (unmatched, deciding) = ((string?)null, news.OfType<CheckoutEvent>().FirstOrDefault() ?? news[^1]);
                    foreach (var one in news)
                    {
                        var effect = await effects.ApplyAsync(session, run.Scope, one).ConfigureAwait(false);
                        unmatched = ReferenceEquals(one, deciding) ? effect.Unmatched : unmatched;
                    }

                    var tried = new Tried(before, await HeldAsync(session, run.Scope, about).ConfigureAwait(false), unmatched);
                    if (!run.Keeps || !tried.Differs)
                    {
                        throw new TakenBackException(tried);
                    }

                    var entry = new AuditEntry(run.Actor, action, about.ObjectId, $"{before.InWords() ?? "nothing"} → {tried.After.InWords()}");
                    await audit.AddAsync(session, run.Scope, entry, run.CauseId).ConfigureAwait(false);
                    return tried;
                },
                run.Talk.CancellationToken).ConfigureAwait(false);
        }
        catch (TakenBackException takenBack)
        {
            return takenBack.Tried;
        }
    }

    private static async Task<Held> HeldAsync(Session session, Scope scope, About about)
    {
        var attempt = about.SessionId is { } id ? await CheckoutAttemptStore.FindBySessionAsync(session, scope, id).ConfigureAwait(false) : null;
        var rows = await EntitlementStore.BoughtWithAsync(session, scope, about.SubscriptionId, about.SessionId, about.PaymentId).ConfigureAwait(false);
        var payment = about.PaymentId is { } paid ? await PaymentStore.FindAsync(session, scope, paid).ConfigureAwait(false) : null;
        return new Held(attempt?.ToDomain(), [.. rows.Select(row => (row.SubjectRef, row.ToDomain()))], payment);
    }

    // Rolls the transaction back: the databases know no other way out of one.
    private sealed class TakenBackException(Tried tried) : Exception("The trial is over.")
    {
        public Tried Tried => tried;
    }
}
