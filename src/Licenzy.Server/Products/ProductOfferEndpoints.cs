using Licenzy.Products;
using Licenzy.Server.Accounts;
using Licenzy.Server.Hosting;
using Licenzy.Server.Storage;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Licenzy.Server.Products;

/// <summary>What the key's mode sells, for pricing pages and gates (CONTRACT §1).</summary>
internal static class ProductOfferEndpoints
{
    public static void Map(IEndpointRouteBuilder v1) =>
        v1.MapGet("/products", ListAsync).WithSummary("What can be bought, newest first").WithPaging()
            .Produces<Page<ProductOffer>>().Produces(StatusCodes.Status304NotModified);

    private static async Task<IResult> ListAsync(Caller caller, Paging paging, Db db, HttpContext context)
    {
        var rows = await db.ReadAsync(
            session => ProductStore.ListAsync(session, caller.Scope, paging.Before, paging.Limit + 1), context.RequestAborted).ConfigureAwait(false);
        var answer = new JsonAnswer<Page<ProductOffer>>(paging.Page(rows, row => row.Id, row => row.ToOffer()));
        return EntityTag.IsKnown(context, answer.ToBytes(""), paging.Asked) ? Results.StatusCode(StatusCodes.Status304NotModified) : answer;
    }
}
