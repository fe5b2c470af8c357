using Licenzy.Domain;
using Licenzy.Domain.Entitlements;
using Licenzy.Domain.Products;
using Licenzy.Domain.Usage;
using Licenzy.Portal;
using Licenzy.Server.Hosting;
using Licenzy.Server.Storage;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Licenzy.Server.Portal;

/// <summary>Products: which Stripe price gives which right (CONTRACT §2).</summary>
internal sealed class ProductEndpoints(Idempotency idempotency, AuditStore audit, Ids ids, TimeProvider clock)
{
    private const int LongestCode = 64;

    public static void Map(IEndpointRouteBuilder portal)
    {
        portal.MapGet("/products", ListAsync).WithSummary("Products of a mode, newest first").WithPaging().WithMode();
        portal.MapPost(
                "/products",
                (Body<CreateProductRequest> body, IdempotencyKey key, PortalCaller caller, ProductEndpoints products, HttpContext context) =>
                    products.CreateAsync(body, key, caller, context))
            .WithSummary("Map a Stripe price to a right")
            .Produces<ProductResponse>(StatusCodes.Status201Created)
            .Produces<LicenzyProblem>(StatusCodes.Status409Conflict, "application/problem+json");
    }

    private static async Task<JsonAnswer<Page<ProductResponse>>> ListAsync(
        PortalCaller caller, PortalMode mode, Paging paging, Db db, CancellationToken cancellationToken)
    {
        var rows = await db.ReadAsync(
            session => ProductStore.ListAsync(session, caller.In(mode.Value), paging.Before, paging.Limit + 1), cancellationToken).ConfigureAwait(false);
        return new JsonAnswer<Page<ProductResponse>>(paging.Page(rows, row => row.Id, row => row.ToResponse()));
    }

    private Task<IResult> CreateAsync(Body<CreateProductRequest> body, IdempotencyKey key, PortalCaller caller, HttpContext context)
    {
        Check(body.Value);
        var scope = caller.In(Words.Parse<Mode>(body.Value.Mode));
        return idempotency.RunAsync(context, scope, key, body.Hash, async session =>
        {
            var request = body.Value;
            // The owner of the price first: read after the code, it might name the product that another request has just made of the same code.
            var owner = await ProductStore.FindLiveOwnerAsync(session, scope, request.StripePriceId).ConfigureAwait(false);
            if (await ProductStore.FindEverAsync(session, scope, request.ProductCode).ConfigureAwait(false) is not null)
            {
                return Refusal.Conflict(ErrorCodes.ProductExists, $"{request.ProductCode} exists in {request.Mode} mode. Choose another product_code.");
            }

            if (owner is not null)
            {
                return PriceTaken($"product {owner}");
            }

            var product = request.ToRow(scope, ids.New("prd"), clock.GetUtcNow());
            if (!await ProductStore.AddAsync(session, product).ConfigureAwait(false))
            {
                throw new RefusedException(PriceTaken("a product made at the same moment"));
            }

            await audit.AddAsync(session, scope, new AuditEntry(caller.Actor, "product.created", product.ProductCode, $"{product.Kind} at {product.StripePriceId}"), context)
                .ConfigureAwait(false);
            return new JsonAnswer<ProductResponse>(product.ToResponse(), StatusCodes.Status201Created);
        });
    }

    private static Refusal PriceTaken(string owner) =>
        Refusal.InvalidRequest("stripe_price_id", $"belongs to {owner} already: one price must say one product.");

    private static void Check(CreateProductRequest request)
    {
        var kind = Words.Find<EntitlementKind>(request.Kind);
        new FieldErrors()
            .Require(Words.Find<Mode>(request.Mode) is not null, "mode", $"must be one of: {Words.List<Mode>()}.")
            .Require(IsCode(request.ProductCode), "product_code", $"must be 1 to {LongestCode} letters, digits, '_', '-' or '.'.")
            .Text(request.Name, "name", longest: 200)
            .Require(kind is not null, "kind", $"must be one of: {Words.List<EntitlementKind>()}.")
            .Require(IsPrice(request.StripePriceId), "stripe_price_id", "must be a Stripe price id, price_….")
            .Range(request.DurationDays, "duration_days", 1, 36_500)
            .Require(kind != EntitlementKind.TimePass || request.DurationDays is not null, "duration_days", "is required for a time_pass.")
            .Require(kind != EntitlementKind.Subscription || request.DurationDays is null, "duration_days", "does not apply to a subscription: its period is Stripe's.")
            .Range(request.Units, "units", 1, UsageRules.MaxUnits)
            .Require(kind != EntitlementKind.UsagePack || request.Units is not null, "units", "is required for a usage_pack.")
            .Require(kind != EntitlementKind.TimePass || request.Units is null, "units", "does not apply to a time_pass.")
            .Range(request.PastDueGraceDays, "past_due_grace_days", 0, 365)
            .Require(kind is null or EntitlementKind.Subscription || request.PastDueGraceDays is null, "past_due_grace_days", "applies to a subscription only.")
            .WebAddress(request.SuccessUrl, "success_url")
            .WebAddress(request.CancelUrl, "cancel_url")
            .ThrowIfAny();
    }

    private static bool IsCode(string code) =>
        code.Length is >= 1 and <= LongestCode && code.All(letter => char.IsAsciiLetterOrDigit(letter) || letter is '_' or '-' or '.');

    private static bool IsPrice(string price) =>
        price.Length is > 6 and <= 255 && price.StartsWith("price_", StringComparison.Ordinal) && price.All(letter => char.IsAsciiLetterOrDigit(letter) || letter == '_');
}

/// <summary>Products between the wire and their row.</summary>
internal static class ProductMapping
{
    public static ProductRow ToRow(this CreateProductRequest request, Scope scope, string id, DateTimeOffset now) => new()
    {
        WorkspaceId = scope.WorkspaceId,
        Mode = scope.Mode.ToWord(),
        Id = id,
        ProductCode = request.ProductCode,
        Name = request.Name,
        Kind = request.Kind,
        StripePriceId = request.StripePriceId,
        DurationDays = request.DurationDays,
        Units = request.Units,
        PastDueGraceDays = request.PastDueGraceDays ?? ProductTerms.DefaultPastDueGraceDays,
        SuccessUrl = request.SuccessUrl,
        CancelUrl = request.CancelUrl,
        CreatedAt = Instant.Millis(now),
        UpdatedAt = Instant.Millis(now),
    };

    public static ProductResponse ToResponse(this ProductRow row) => new()
    {
        Id = row.Id,
        Mode = row.Mode,
        ProductCode = row.ProductCode,
        Name = row.Name,
        Kind = row.Kind,
        StripePriceId = row.StripePriceId,
        DurationDays = row.DurationDays,
        Units = row.Units,
        PastDueGraceDays = row.PastDueGraceDays,
        SuccessUrl = row.SuccessUrl,
        CancelUrl = row.CancelUrl,
        CreatedAt = Instant.Of(row.CreatedAt),
        UpdatedAt = Instant.Of(row.UpdatedAt),
    };
}
