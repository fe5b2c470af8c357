using Licenzy.Server.Tests.Starting;
using Licenzy.Testing;

namespace Licenzy.Server.Tests.Model;

/// <summary>What one customer and time do at Stripe: done at the double, and written down in the model as what is true. Its events wait at the double.</summary>
internal sealed class ModelStripe(Shop shop)
{
    private static readonly TimeSpan Invoicing = TimeSpan.FromHours(1);

    private readonly List<string> _subscriptions = [];
    private readonly List<(string Id, long Amount)> _payments = [];
    private readonly List<(string Id, string Product, long Quantity)> _unsettled = [];
    private readonly List<(string Payment, string Id)> _refunds = [];
    private readonly List<(string Payment, string Id)> _disputes = [];
    private string? _failing;

    public ReferenceModel Truth { get; set; } = ReferenceModel.Nobody;

    private StripeDouble Stripe => shop.Stripe;

    private DateTimeOffset Now => shop.Clock.GetUtcNow();

    public async Task BuyAsync(string url, string product, long quantity, bool isLater)
    {
        if (isLater)
        {
            _unsettled.Add(((await Stripe.PayLaterAsync(url)).Id, product, quantity));
            return;
        }

        var session = await Stripe.PayAsync(url);
        if (session.Subscription is not { } id)
        {
            Bought(session, product, quantity);
            return;
        }

        _subscriptions.Add(id);
        Truth = Truth.Subscribed(id, product, quantity, Of(id).PeriodEnd, Now);
        Invoiced(id);
    }

    public async Task SettleAsync(int pick)
    {
        if (_unsettled.Count == 0)
            return;
        var (id, product, quantity) = _unsettled[pick % _unsettled.Count];
        _unsettled.RemoveAt(pick % _unsettled.Count);
        if (pick % 4 == 3)
            await Stripe.FailPaymentAsync(id);
        else
            Bought(await Stripe.SettleAsync(id), product, quantity);
    }

    /// <summary>All that is left, or half of it.</summary>
    public async Task RefundAsync(int pick)
    {
        var left = _payments.Where(paid => _disputes.All(lost => lost.Payment != paid.Id || Of(lost).Status != "lost")).Select(paid => (paid.Id, Left: paid.Amount - Refunded(paid.Id)))
            .Where(paid => paid.Left > 0).ToList();
        if (left.Count == 0)
            return;
        var (id, whole) = left[pick % left.Count];
        var refund = await Stripe.RefundAsync(id, pick % 4 == 3 && whole > 1 ? whole / 2 : whole);
        _refunds.Add((id, refund.Id));
        Truth = Truth.Refunded(id, refund.Id, refund.Amount, Now);
    }

    public async Task FailRefundAsync(int pick)
    {
        if (_refunds.Count == 0)
            return;
        var (payment, id) = _refunds[pick % _refunds.Count];
        _refunds.RemoveAt(pick % _refunds.Count);
        await Stripe.FailRefundAsync(id);
        Truth = Truth.RefundFailed(payment, id);
    }

    public async Task DisputeAsync(int pick)
    {
        var free = _payments.Where(paid => _disputes.All(dispute => dispute.Payment != paid.Id || Of(dispute).Status == "won")).ToList();
        if (free.Count == 0)
            return;
        var payment = free[pick % free.Count].Id;
        _disputes.Add((payment, (await Stripe.DisputeAsync(payment)).Id));
        Truth = Truth.Disputed(payment, Now);
    }

    public async Task CloseDisputeAsync(int pick)
    {
        var open = _disputes.Where(dispute => !Of(dispute).IsClosed).ToList();
        if (open.Count == 0)
            return;
        var (payment, id) = open[pick % open.Count];
        var isLost = pick % 3 == 0;
        await (isLost ? Stripe.LoseDisputeAsync(id) : Stripe.WinDisputeAsync(id));
        Truth = Truth.DisputeClosed(payment, isLost);
    }

    /// <summary>The next period begins and is paid, or is not.</summary>
    public async Task RenewAsync(int pick, bool isFailing)
    {
        if (Pick(pick, "active") is not { } subscription || subscription.CancelAt <= subscription.PeriodEnd)
            return;
        _failing = isFailing ? subscription.Id : null;
        await PassAsync(Draft(subscription) is null ? subscription.PeriodEnd + Invoicing : Draft(subscription)!.Created + Invoicing);
        _failing = null;
    }

    public async Task RecoverAsync(int pick)
    {
        if ((Pick(pick, "past_due") ?? Pick(pick, "unpaid")) is not { Id: var id })
            return;
        await Stripe.RecoverAsync(id);
        Truth = Truth.Became(id, "active", Now);
        Invoiced(id);
    }

    public async Task GiveUpAsync(int pick)
    {
        if (Pick(pick, "past_due") is not { Id: var id })
            return;
        await Stripe.MarkUnpaidAsync(id);
        Truth = Truth.Became(id, "unpaid", Now);
    }

    /// <summary>With the period, on a day of it or after it, at once; or not after all.</summary>
    public async Task CancelAsync(int pick)
    {
        if ((Pick(pick, "active") ?? Pick(pick, "past_due") ?? Pick(pick, "unpaid")) is not { Id: var id } subscription)
            return;
        switch (pick / 10)
        {
            case 0 or 1:
                await Stripe.CancelAtPeriodEndAsync(id);
                break;
            case 2:
                await Stripe.CancelAtAsync(id, Now.AddDays(3) < subscription.PeriodEnd ? Now.AddDays(3) : subscription.PeriodEnd);
                break;
            case 3:
                await Stripe.CancelAtAsync(id, subscription.PeriodEnd.AddDays(10));
                break;
            case 4:
                await EndAsync(id, () => Stripe.CancelNowAsync(id));
                return;
            default:
                await Stripe.UncancelAsync(id);
                break;
        }

        Truth = Truth.Canceling(id, Of(id).CancelAt);
    }

    /// <summary>Another of the two subscription products, or more or fewer of the same.</summary>
    public async Task ChangeAsync(int pick)
    {
        if (Pick(pick, "active") is not { Id: var id } || Truth.Rights.Single(right => right.Id == id) is not { } right)
            return;
        var product = pick % 3 == 0 ? right.Product : right.Product == ModelProducts.Pro ? ModelProducts.Plus : ModelProducts.Pro;
        var quantity = (pick / 3 % 3) + 1;
        await Stripe.ChangePriceAsync(id, Shops.PriceOf(product), quantity);
        Truth = Truth.Changed(id, product, quantity);
    }

    /// <summary>Time passes, and Stripe does on its way what is due then.</summary>
    public async Task PassAsync(DateTimeOffset to)
    {
        while (_subscriptions.Select(Of).Select(Due).Where(due => due.At <= to).OrderBy(due => due.At).FirstOrDefault() is { Act: { } act, At: { } at })
        {
            shop.Clock.Set(at > Now ? at : Now);
            await act();
        }

        if (to > Now)
            shop.Clock.Set(to);
    }

    private (DateTimeOffset? At, Func<Task>? Act) Due(StripeSubscription subscription)
    {
        var id = subscription.Id;
        if (subscription.EndedAt is not null)
            return default;
        (DateTimeOffset? At, Func<Task>? Act)[] all =
        [
            (subscription.CancelAt, () => EndAsync(id, () => Stripe.EndAsync(id))),
            subscription.Status == "active"
                ? (subscription.PeriodEnd, () => TurnAsync(id))
                // What was not paid by then is given up.
                : (subscription.PeriodEnd.AddHours(-1), () => EndAsync(id, () => Stripe.CancelNowAsync(id, "payment_failed"))),
            (Draft(subscription)?.Created + Invoicing, () => InvoiceAsync(id)),
        ];
        return all.Where(due => due.At is not null).MinBy(due => due.At);
    }

    private async Task TurnAsync(string id)
    {
        await Stripe.TurnPeriodAsync(id);
        Truth = Truth.Turned(id, Of(id).PeriodEnd);
    }

    private async Task InvoiceAsync(string id)
    {
        await Stripe.FinalizeInvoiceAsync(id, fails: id == _failing);
        if (id == _failing)
            Truth = Truth.Became(id, "past_due", Now);
        else
            Invoiced(id);
    }

    private async Task EndAsync(string id, Func<Task> end)
    {
        await end();
        Truth = Truth.Became(id, "canceled", Now);
    }

    private void Bought(StripeCheckoutSession session, string product, long quantity)
    {
        _payments.Add((session.Id, session.AmountTotal));
        Truth = Truth.Bought(session.Id, product, quantity, session.AmountTotal, Now);
    }

    private void Invoiced(string id)
    {
        var invoice = Stripe.Invoices.Single(invoice => invoice.Id == Of(id).LatestInvoice);
        _payments.Add((invoice.Id, invoice.AmountDue));
        Truth = Truth.Invoiced(id, invoice.Id, invoice.AmountDue);
    }

    private StripeInvoice? Draft(StripeSubscription subscription) =>
        Stripe.Invoices.FirstOrDefault(invoice => invoice.Id == subscription.LatestInvoice && invoice.Status == "draft");

    private StripeSubscription? Pick(int pick, string status)
    {
        var fitting = _subscriptions.Select(Of).Where(subscription => subscription.EndedAt is null && subscription.Status == status).ToList();
        return fitting.Count == 0 ? null : fitting[pick % fitting.Count];
    }

    private long Refunded(string payment) => Stripe.Refunds.Where(refund => _refunds.Contains((payment, refund.Id))).Sum(refund => refund.Amount);

    private StripeSubscription Of(string id) => Stripe.Subscriptions.Single(subscription => subscription.Id == id);

    private StripeDispute Of((string Payment, string Id) known) => Stripe.Disputes.Single(dispute => dispute.Id == known.Id);
}
