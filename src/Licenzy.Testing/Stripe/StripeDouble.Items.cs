namespace Licenzy.Testing;

/// <content>What subscriptions are made of.</content>
public sealed partial class StripeDouble
{
    /// <summary>
    /// Its first item gets another price, and another quantity where one is given. Between prices of one interval the period stays and no
    /// proration is invoiced; another interval begins a period now and pays its full price.
    /// </summary>
    public Task<StripeSubscription> ChangePriceAsync(
        string subscriptionId, string priceId, long? quantity = null, CancellationToken cancellationToken = default) =>
        DoAsync(() => Items.ChangePrice(subscriptionId, priceId, quantity), cancellationToken);

    /// <summary>An item gets another quantity; no proration is invoiced.</summary>
    /// <param name="subscriptionId">The subscription.</param>
    /// <param name="quantity">The new quantity, at least 1.</param>
    /// <param name="itemId">The item, <c>si_…</c>. Default: the first.</param>
    /// <param name="cancellationToken">Stops sending events; what happened stays.</param>
    public Task<StripeSubscription> ChangeQuantityAsync(
        string subscriptionId, long quantity, string? itemId = null, CancellationToken cancellationToken = default) =>
        DoAsync(() => Items.ChangeQuantity(subscriptionId, quantity, itemId), cancellationToken);

    /// <summary>
    /// Another item joins. One with the interval of the first item has the subscription's period; one with another interval begins a period of its
    /// own now, which is paid now.
    /// </summary>
    public Task<StripeSubscription> AddItemAsync(
        string subscriptionId, string priceId, long quantity = 1, CancellationToken cancellationToken = default) =>
        DoAsync(() => Items.Add(subscriptionId, priceId, quantity), cancellationToken);

    /// <summary>An item leaves; the last one can not.</summary>
    public Task<StripeSubscription> RemoveItemAsync(string subscriptionId, string itemId, CancellationToken cancellationToken = default) =>
        DoAsync(() => Items.Remove(subscriptionId, itemId), cancellationToken);

    /// <summary>An item's own period turns at its end, and is paid an hour later. <see cref="RenewAsync"/> turns the subscription's own.</summary>
    public Task<StripeSubscription> RenewItemAsync(string subscriptionId, string itemId, CancellationToken cancellationToken = default) =>
        DoAsync(() => Items.Renew(subscriptionId, itemId), cancellationToken);

    private ItemBilling Items => new(books, clock);
}
