using Licenzy.Domain;
using Licenzy.Domain.Entitlements;
using Licenzy.Domain.Products;
using Licenzy.Server.Storage;

namespace Licenzy.Server.Products;

/// <summary>A row of <c>products</c>.</summary>
internal sealed record ProductRow
{
    public required string WorkspaceId { get; init; }

    public required string Mode { get; init; }

    public required string Id { get; init; }

    public required string ProductCode { get; init; }

    public required string Name { get; init; }

    public required string Kind { get; init; }

    public required string StripePriceId { get; init; }

    public long? DurationDays { get; init; }

    public long? Units { get; init; }

    public required long PastDueGraceDays { get; init; }

    public string? SuccessUrl { get; init; }

    public string? CancelUrl { get; init; }

    public required long CreatedAt { get; init; }

    public required long UpdatedAt { get; init; }

    public Scope Scope => new(WorkspaceId, Words.Parse<Mode>(Mode));

    public ProductTerms Terms => new()
    {
        ProductCode = ProductCode,
        Kind = Words.Parse<EntitlementKind>(Kind),
        Units = Units,
        DurationDays = DurationDays,
        PastDueGraceDays = PastDueGraceDays,
    };
}

/// <summary>All SQL about products and the prices they ever had.</summary>
internal static class ProductStore
{
    private const string Columns =
        """
        p.workspace_id, p.mode, p.id, p.product_code, p.name, p.kind, p.stripe_price_id, p.duration_days, p.units, p.past_due_grace_days,
        p.success_url, p.cancel_url, p.created_at, p.updated_at
        """;

    private const string InScope = "p.workspace_id = @WorkspaceId and p.mode = @mode";

    private const string IsLiveId = "p.workspace_id = @workspaceId and p.id = @id and p.deleted_at is null";

    public static Task<IReadOnlyList<ProductRow>> ListAsync(Session session, Scope scope, string? before, int limit) =>
        session.ListAsync<ProductRow>(
            $"""
            select {Columns} from products p
            where {InScope} and p.deleted_at is null and (cast(@before as text) is null or p.id < cast(@before as text))
            order by p.id desc
            limit @limit
            """,
            new { scope.WorkspaceId, mode = scope.Mode.ToWord(), before, limit });

    public static Task<ProductRow?> FindAsync(Session session, Scope scope, string productCode) =>
        session.FindAsync<ProductRow>(
            $"select {Columns} from products p where {InScope} and p.product_code = @productCode and p.deleted_at is null",
            new { scope.WorkspaceId, mode = scope.Mode.ToWord(), productCode });

    /// <summary>The product of a right, though it be deleted: rights already granted live on.</summary>
    public static Task<ProductRow?> FindEverAsync(Session session, Scope scope, string productCode) =>
        session.FindAsync<ProductRow>(
            $"select {Columns} from products p where {InScope} and p.product_code = @productCode",
            new { scope.WorkspaceId, mode = scope.Mode.ToWord(), productCode });

    /// <summary>The same, locked: a product is written from what it was, one write after the other.</summary>
    public static Task<ProductRow?> LockEverAsync(Session session, Scope scope, string productCode) =>
        session.FindAsync<ProductRow>(
            $"select {Columns} from products p where {InScope} and p.product_code = @productCode{session.Dialect.ForUpdate}",
            new { scope.WorkspaceId, mode = scope.Mode.ToWord(), productCode });

    /// <summary>The product that has, or ever had, a price.</summary>
    public static Task<ProductRow?> FindByPriceAsync(Session session, Scope scope, string stripePriceId) =>
        session.FindAsync<ProductRow>(
            $"""
            select {Columns} from products p
            join product_prices r on r.workspace_id = p.workspace_id and r.mode = p.mode and r.product_id = p.id
            where {InScope} and r.stripe_price_id = @stripePriceId
            """,
            new { scope.WorkspaceId, mode = scope.Mode.ToWord(), stripePriceId });

    /// <summary>The live product that sells a price, for the message that names it.</summary>
    public static Task<string?> FindLiveOwnerAsync(Session session, Scope scope, string stripePriceId) =>
        session.FindAsync<string>(
            $"""
            select p.product_code from products p
            join product_prices r on r.workspace_id = p.workspace_id and r.mode = p.mode and r.product_id = p.id
            where {InScope} and r.stripe_price_id = @stripePriceId and p.deleted_at is null
            """,
            new { scope.WorkspaceId, mode = scope.Mode.ToWord(), stripePriceId });

    public static Task<ProductRow?> FindByIdAsync(Session session, string workspaceId, string id) =>
        session.FindAsync<ProductRow>($"select {Columns} from products p where {IsLiveId}", new { workspaceId, id });

    /// <summary>The same, locked: who waited sees what the other wrote, and not a product that was deleted.</summary>
    public static Task<ProductRow?> LockByIdAsync(Session session, string workspaceId, string id) =>
        session.FindAsync<ProductRow>($"select {Columns} from products p where {IsLiveId}{session.Dialect.ForUpdate}", new { workspaceId, id });

    /// <summary>Deletes softly: rights already granted, and subscribers, keep the product's terms.</summary>
    public static Task DeleteAsync(Session session, ProductRow product, long now) =>
        session.ExecuteAsync(
            "update products set deleted_at = @now, updated_at = @now where workspace_id = @WorkspaceId and mode = @Mode and id = @Id",
            new { product.WorkspaceId, product.Mode, product.Id, now });

    /// <summary>
    /// Makes the product, or writes it over: a deleted one is there again. <see langword="false"/> where another live product has taken its price
    /// meanwhile: the transaction must not be kept then.
    /// </summary>
    public static async Task<bool> SaveAsync(Session session, ProductRow product)
    {
        await session.ExecuteAsync(
            """
            insert into products (workspace_id, mode, id, product_code, name, kind, stripe_price_id, duration_days, units, past_due_grace_days,
                success_url, cancel_url, created_at, updated_at)
            values (@WorkspaceId, @Mode, @Id, @ProductCode, @Name, @Kind, @StripePriceId, @DurationDays, @Units, @PastDueGraceDays,
                @SuccessUrl, @CancelUrl, @CreatedAt, @UpdatedAt)
            on conflict (workspace_id, mode, id) do update set
                name = excluded.name, stripe_price_id = excluded.stripe_price_id, duration_days = excluded.duration_days, units = excluded.units,
                past_due_grace_days = excluded.past_due_grace_days, success_url = excluded.success_url, cancel_url = excluded.cancel_url,
                updated_at = excluded.updated_at, deleted_at = null
            """,
            product).ConfigureAwait(false);
        // A price whose product was deleted may be sold again under another code.
        return await session.ExecuteAsync(
            """
            insert into product_prices (workspace_id, mode, stripe_price_id, product_id, created_at)
            values (@WorkspaceId, @Mode, @StripePriceId, @Id, @CreatedAt)
            on conflict (workspace_id, mode, stripe_price_id) do update set product_id = excluded.product_id
            where product_prices.product_id = excluded.product_id or exists (
                select 1 from products p
                where p.workspace_id = product_prices.workspace_id and p.mode = product_prices.mode and p.id = product_prices.product_id
                    and p.deleted_at is not null)
            """,
            product).ConfigureAwait(false) == 1;
    }
}
