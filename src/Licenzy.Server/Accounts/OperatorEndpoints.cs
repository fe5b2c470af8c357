using System.Net.Mail;
using Licenzy.Domain;
using Licenzy.Portal;
using Licenzy.Server.Audit;
using Licenzy.Server.Hosting;
using Licenzy.Server.Storage;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Licenzy.Server.Accounts;

/// <summary>The people who may sign in (CONTRACT §2).</summary>
internal sealed class OperatorEndpoints(Idempotency idempotency, Passwords passwords, AuditStore audit, Ids ids, TimeProvider clock)
{
    public static void Map(IEndpointRouteBuilder portal)
    {
        portal.MapGet("/operators", ListAsync).WithSummary("People who may sign in, newest first").WithPaging();
        portal.MapPost(
                "/operators",
                (Body<CreateOperatorRequest> body, IdempotencyKey key, PortalCaller caller, OperatorEndpoints operators, HttpContext context) =>
                    operators.CreateAsync(body, key, caller, context))
            .WithSummary("Let a further person sign in")
            .Produces<OperatorResponse>(StatusCodes.Status201Created)
            .RefusingAlso(StatusCodes.Status409Conflict);
        portal.MapDelete("/operators/{id}", (RouteId target, PortalCaller caller, OperatorEndpoints operators, Db db, HttpContext context) =>
                operators.RemoveAsync(target.Value, caller, db, context))
            .WithSummary("Let a person sign in no more; their sessions end").Produces(StatusCodes.Status204NoContent)
            .RefusingAlso(StatusCodes.Status404NotFound, StatusCodes.Status409Conflict);
    }

    private static async Task<JsonAnswer<Page<OperatorResponse>>> ListAsync(PortalCaller caller, Paging paging, Db db, CancellationToken cancellationToken)
    {
        var rows = await db.ReadAsync(
            session => OperatorStore.ListAsync(session, caller.AccountId, paging.Before, paging.Limit + 1), cancellationToken).ConfigureAwait(false);
        return new JsonAnswer<Page<OperatorResponse>>(paging.Page(rows, row => row.Id, ToResponse));
    }

    private Task<IResult> CreateAsync(Body<CreateOperatorRequest> body, IdempotencyKey key, PortalCaller caller, HttpContext context)
    {
        var request = body.Value;
        new FieldErrors()
            .Require(request.Email.Length <= 254 && MailAddress.TryCreate(request.Email, out var address) && address.Address == request.Email, "email", "must be an e-mail address of at most 254 characters.")
            .Text(request.Password, "password", Passwords.Longest, Passwords.Shortest)
            .ThrowIfAny();
        var hash = "";
        // Slow on purpose, so before the transaction.
        async Task HashAsync() => hash = await passwords.HashAsync(request.Password, context.RequestAborted).ConfigureAwait(false);
        return idempotency.RunAfterAsync(context, caller.In(Mode.Test), key, body.Hash, HashAsync, async session =>
        {
            var row = new OperatorRow(ids.New("opr"), caller.AccountId, request.Email, hash, Instant.Millis(clock.GetUtcNow()));
            if (!await OperatorStore.AddAsync(session, row).ConfigureAwait(false))
            {
                return Refusal.Conflict(ErrorCodes.OperatorExists, "An operator with that e-mail address exists already.");
            }

            await AuditAsync(session, "operator.created", row.Id, caller, context).ConfigureAwait(false);
            return new JsonAnswer<OperatorResponse>(ToResponse(row), StatusCodes.Status201Created);
        });
    }

    private async Task<IResult> RemoveAsync(string id, PortalCaller caller, Db db, HttpContext context)
    {
        await db.WriteAsync(
            async session =>
            {
                if (await OperatorStore.LockAsync(session, caller.AccountId, id).ConfigureAwait(false) is null)
                {
                    throw new RefusedException(Refusal.NotFound);
                }

                await OperatorStore.RemoveAsync(session, id).ConfigureAwait(false);
                await WaysIn.RequireAsync(session, caller.AccountId).ConfigureAwait(false);
                await AuditAsync(session, "operator.removed", id, caller, context).ConfigureAwait(false);
            },
            context.RequestAborted).ConfigureAwait(false);
        return Results.NoContent();
    }

    private Task AuditAsync(Session session, string action, string operatorId, PortalCaller caller, HttpContext context) =>
        audit.AddAsync(session, caller.In(Mode.Test), new AuditEntry(caller.Actor, action, operatorId, ""), context);

    private static OperatorResponse ToResponse(OperatorRow row) => new() { Id = row.Id, Email = row.Email, CreatedAt = Instant.Of(row.CreatedAt) };
}
