using Licenzy.Domain;
using Licenzy.Portal;
using Licenzy.Server.Accounts;
using Licenzy.Server.Hosting;
using Licenzy.Server.Storage;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Licenzy.Server.Products;

/// <summary>Products: which Stripe price gives which right (CONTRACT §2).</summary>
internal sealed class ProductEndpoints(Db db, Idempotency idempotency, ProductDesk desk, Ids ids, TimeProvider clock)
{
    private const string OneMode = "test or live: 404 for a product of the other; else the id alone decides";

    public static void Map(IEndpointRouteBuilder portal)
    {
        portal.MapGet("/products", ListAsync).WithSummary("Products of a mode, newest first").WithPaging().WithMode();
        portal.MapPost(
                "/products",
                (Body<CreateProductRequest> body, IdempotencyKey key, PortalCaller caller, ProductEndpoints products, HttpContext context) =>
                    products.CreateAsync(body, key, caller, context))
            .WithSummary("Map a Stripe price to a right")
            .Produces<ProductResponse>(StatusCodes.Status201Created)
            .RefusingAlso(StatusCodes.Status409Conflict, StatusCodes.Status502BadGateway);
        portal.MapPut(
                "/products/{product_code}",
                (Body<ReplaceProductRequest> body, PortalCaller caller, ProductEndpoints products, HttpContext context) => products.ReplaceAsync(body.Value, caller, context))
            .WithSummary("Replace a product whole, or restore a deleted one").RefusingUnknown().RefusingAlso(StatusCodes.Status502BadGateway);
        portal.MapMethods(
                "/products/{id}", [HttpMethods.Patch],
                (RouteId target, Body<PatchProductRequest> body, PortalCaller caller, ProductEndpoints products, HttpContext context) =>
                    products.PatchAsync(target.Value, body, caller, context))
            .WithSummary("Change a product in part").WithQuery("mode", OneMode).RefusingUnknown().RefusingAlso(StatusCodes.Status502BadGateway);
        portal.MapDelete("/products/{id}", (RouteId target, PortalCaller caller, ProductEndpoints products, HttpContext context) => products.DeleteAsync(target.Value, caller, context))
            .WithSummary("Delete a product; rights already granted live on").WithQuery("mode", OneMode).Produces(StatusCodes.Status204NoContent).RefusingUnknown();
    }

    private static async Task<JsonAnswer<Page<ProductResponse>>> ListAsync(
        PortalCaller caller, PortalMode mode, Paging paging, Db db, CancellationToken cancellationToken)
    {
        var rows = await db.ReadAsync(
            session => ProductStore.ListAsync(session, caller.In(mode.Value), paging.Before, paging.Limit + 1), cancellationToken).ConfigureAwait(false);
        return new JsonAnswer<Page<ProductResponse>>(paging.Page(rows, row => row.Id, row => row.ToResponse()));
    }

    private async Task<IResult> CreateAsync(Body<CreateProductRequest> body, IdempotencyKey key, PortalCaller caller, HttpContext context)
    {
        var (request, mode) = (body.Value, Words.Find<Mode>(body.Value.Mode));
        var scope = caller.In(mode ?? Mode.Test);
        var product = request.ToRow(scope, ids.New("prd"), clock.GetUtcNow());
        CheckMode(mode).Grace(request.Kind, request.PastDueGraceDays).Product(product).ThrowIfAny();
        return await idempotency.RunAfterAsync(context, scope, key, body.Hash, () => desk.CheckNewAsync(caller, product, context), async session =>
        {
            if (await ProductStore.FindEverAsync(session, scope, product.ProductCode).ConfigureAwait(false) is not null)
            {
                return Refusal.Conflict(ErrorCodes.ProductExists, $"{product.ProductCode} exists in {product.Mode} mode, or did: choose another product_code, or replace it with PUT /portal/products/{product.ProductCode}.");
            }

            await desk.SaveAsync(session, product, "product.created", caller, context).ConfigureAwait(false);
            return new JsonAnswer<ProductResponse>(product.ToResponse(), StatusCodes.Status201Created);
        }).ConfigureAwait(false);
    }

    private async Task<JsonAnswer<ProductResponse>> ReplaceAsync(ReplaceProductRequest request, PortalCaller caller, HttpContext context)
    {
        var mode = Words.Find<Mode>(request.Mode);
        var scope = caller.In(mode ?? Mode.Test);
        var code = context.Request.RouteValues["product_code"] as string ?? "";
        var wanted = request.ToCreation(code).ToRow(scope, id: "", clock.GetUtcNow());
        CheckMode(mode).Grace(request.Kind, request.PastDueGraceDays).Product(wanted).ThrowIfAny();
        var sells = await db.ReadAsync(session => ProductStore.FindAsync(session, scope, code), context.RequestAborted).ConfigureAwait(false) is not null;
        // To restore a deleted one is to make it anew.
        await (sells ? desk.CheckPriceAsync(scope, wanted, context) : desk.CheckNewAsync(caller, wanted, context)).ConfigureAwait(false);
        return await db.WriteAsync(
            async session =>
            {
                var known = await ProductStore.LockEverAsync(session, scope, code).ConfigureAwait(false) ?? throw new RefusedException(Refusal.NotFound);
                new FieldErrors().Require(known.Kind == request.Kind, "kind", $"is {known.Kind} and cannot change. Make another product.").ThrowIfAny();
                var product = known.With(request, clock.GetUtcNow());
                await desk.SaveAsync(session, product, "product.replaced", caller, context).ConfigureAwait(false);
                return new JsonAnswer<ProductResponse>(product.ToResponse());
            },
            context.RequestAborted).ConfigureAwait(false);
    }

    private async Task<JsonAnswer<ProductResponse>> PatchAsync(string id, Body<PatchProductRequest> body, PortalCaller caller, HttpContext context)
    {
        var (request, nulls) = (body.Value, body.Nulls());
        new FieldErrors()
            .Require(!nulls.Contains("name"), "name", "must not be null.")
            .Require(!nulls.Contains("stripe_price_id"), "stripe_price_id", "must not be null.")
            .ThrowIfAny();
        var known = await db.ReadAsync(session => OwnAsync(session, caller, id, context), context.RequestAborted).ConfigureAwait(false);
        new FieldErrors().Grace(known.Kind, request.PastDueGraceDays).Product(known.With(request, nulls, clock.GetUtcNow())).ThrowIfAny();
        if (request.StripePriceId is not null)
        {
            await desk.CheckPriceAsync(known.Scope, known.With(request, nulls, clock.GetUtcNow()), context).ConfigureAwait(false);
        }

        return await db.WriteAsync(
            async session =>
            {
                // Read again: another patch may have come between.
                var product = (await LockOwnAsync(session, caller, id, context).ConfigureAwait(false)).With(request, nulls, clock.GetUtcNow());
                new FieldErrors().Product(product).ThrowIfAny();
                await desk.SaveAsync(session, product, "product.changed", caller, context).ConfigureAwait(false);
                return new JsonAnswer<ProductResponse>(product.ToResponse());
            },
            context.RequestAborted).ConfigureAwait(false);
    }

    private async Task<IResult> DeleteAsync(string id, PortalCaller caller, HttpContext context)
    {
        await db.WriteAsync(
            async session =>
            {
                var product = await LockOwnAsync(session, caller, id, context).ConfigureAwait(false);
                await ProductStore.DeleteAsync(session, product, Instant.Millis(clock.GetUtcNow())).ConfigureAwait(false);
                await desk.AuditAsync(session, product, "product.deleted", caller, context).ConfigureAwait(false);
            },
            context.RequestAborted).ConfigureAwait(false);
        return Results.NoContent();
    }

    private static FieldErrors CheckMode(Mode? mode) => new FieldErrors().Require(mode is not null, "mode", $"must be one of: {Words.List<Mode>()}.");

    private static async Task<ProductRow> OwnAsync(Session session, PortalCaller caller, string id, HttpContext context) =>
        Own(await ProductStore.FindByIdAsync(session, caller.WorkspaceId, id).ConfigureAwait(false), context);

    private static async Task<ProductRow> LockOwnAsync(Session session, PortalCaller caller, string id, HttpContext context) =>
        Own(await ProductStore.LockByIdAsync(session, caller.WorkspaceId, id).ConfigureAwait(false), context);

    private static ProductRow Own(ProductRow? found, HttpContext context) =>
        found is { } own && !PortalMode.Excludes(context, own.Scope.Mode) ? own : throw new RefusedException(Refusal.NotFound);
}
