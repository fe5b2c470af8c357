using Licenzy.Domain;
using Licenzy.Portal;
using Licenzy.Server.Audit;
using Licenzy.Server.Hosting;
using Licenzy.Server.Storage;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Licenzy.Server.Accounts;

/// <summary>The account's workspaces and plan (CONTRACT §2).</summary>
internal sealed class WorkspaceEndpoints(Db db, Idempotency idempotency, AuditStore audit, Ids ids, TimeProvider clock)
{
    public static void Map(IEndpointRouteBuilder portal)
    {
        portal.MapGet("/account/subscription", SubscriptionAsync).WithSummary("The account's plan and what it allows");
        portal.MapGet("/workspaces", ListAsync).WithSummary("Workspaces of the account, newest first").WithPaging();
        portal.MapPost(
                "/workspaces",
                (Body<CreateWorkspaceRequest> body, IdempotencyKey key, PortalCaller caller, WorkspaceEndpoints workspaces, HttpContext context) =>
                    workspaces.CreateAsync(body, key, caller, context))
            .WithSummary("Make a workspace")
            .Produces<WorkspaceResponse>(StatusCodes.Status201Created);
        portal.MapPost("/workspaces/{id}/suspend", (RouteId target, IdempotencyKey key, PortalCaller caller, WorkspaceEndpoints workspaces, HttpContext context) =>
                workspaces.SuspendAsync(target.Value, suspend: true, key, caller, context))
            .WithSummary("Refuse the workspace's keys").Produces<WorkspaceResponse>().RefusingUnknown();
        portal.MapPost("/workspaces/{id}/resume", (RouteId target, IdempotencyKey key, PortalCaller caller, WorkspaceEndpoints workspaces, HttpContext context) =>
                workspaces.SuspendAsync(target.Value, suspend: false, key, caller, context))
            .WithSummary("Accept the workspace's keys again").Produces<WorkspaceResponse>().RefusingUnknown();
        portal.MapDelete("/workspaces/{id}", (RouteId target, PortalCaller caller, WorkspaceEndpoints workspaces, HttpContext context) =>
                workspaces.DeleteAsync(target.Value, caller, context))
            .WithSummary("Delete a workspace: its keys are refused").Produces(StatusCodes.Status204NoContent).RefusingUnknown();
    }

    private static async Task<JsonAnswer<AccountSubscriptionResponse>> SubscriptionAsync(PortalCaller caller, PlanGate plans, CancellationToken cancellationToken)
    {
        var plan = await plans.OfAsync(caller.AccountId, cancellationToken).ConfigureAwait(false);
        var terms = plan.Subscription?.Terms;
        return new JsonAnswer<AccountSubscriptionResponse>(new AccountSubscriptionResponse
        {
            Plan = plan.Name,
            Status = plan.Status,
            Access = plan.Access.ToWord(),
            LiveAllowed = plan.LiveAllowed,
            CurrentPeriodEnd = terms?.PeriodEnd,
            TrialEnd = plan.Subscription?.TrialEnd,
            CancelAt = terms?.CancelAt,
            CancelAtPeriodEnd = terms?.CancelAtPeriodEnd ?? false,
            GracePeriodEndsAt = terms?.GraceEndsAt,
        });
    }

    private static async Task<JsonAnswer<Page<WorkspaceResponse>>> ListAsync(PortalCaller caller, Paging paging, Db db, CancellationToken cancellationToken)
    {
        var rows = await db.ReadAsync(
            session => WorkspaceStore.ListAsync(session, caller.AccountId, paging.Before, paging.Limit + 1), cancellationToken).ConfigureAwait(false);
        return new JsonAnswer<Page<WorkspaceResponse>>(paging.Page(rows, row => row.Id, ToResponse));
    }

    private Task<IResult> CreateAsync(Body<CreateWorkspaceRequest> body, IdempotencyKey key, PortalCaller caller, HttpContext context)
    {
        new FieldErrors().Text(body.Value.Name, "name", longest: 100).ThrowIfAny();
        return idempotency.RunAsync(context, caller.In(Mode.Test), key, body.Hash, async session =>
        {
            var row = new WorkspaceRow(ids.New("ws"), body.Value.Name, Instant.Millis(clock.GetUtcNow()), SuspendedAt: null);
            await WorkspaceStore.AddAsync(session, caller.AccountId, row).ConfigureAwait(false);
            await AuditAsync(session, row.Id, "workspace.created", row.Name, caller, context).ConfigureAwait(false);
            return new JsonAnswer<WorkspaceResponse>(ToResponse(row), StatusCodes.Status201Created);
        });
    }

    private Task<IResult> SuspendAsync(string id, bool suspend, IdempotencyKey key, PortalCaller caller, HttpContext context) =>
        idempotency.RunAsync(context, caller.In(Mode.Test), key, Idempotency.NoBody, async session =>
        {
            var row = await OwnAsync(session, caller, id).ConfigureAwait(false);
            var now = Instant.Millis(clock.GetUtcNow());
            var at = suspend ? row.SuspendedAt ?? now : (long?)null;
            await WorkspaceStore.SuspendAsync(session, id, at, now).ConfigureAwait(false);
            await AuditAsync(session, id, suspend ? "workspace.suspended" : "workspace.resumed", row.Name, caller, context).ConfigureAwait(false);
            return new JsonAnswer<WorkspaceResponse>(ToResponse(row with { SuspendedAt = at }));
        });

    private async Task<IResult> DeleteAsync(string id, PortalCaller caller, HttpContext context)
    {
        await db.WriteAsync(
            async session =>
            {
                // Two at once would each count the other's.
                await WorkspaceStore.LockAccountAsync(session, caller.AccountId).ConfigureAwait(false);
                var row = await OwnAsync(session, caller, id).ConfigureAwait(false);
                if (await WorkspaceStore.IsLastAsync(session, caller.AccountId).ConfigureAwait(false))
                {
                    throw new RefusedException(Refusal.Conflict(ErrorCodes.LastWorkspace, "An account keeps at least one workspace. Make another one first."));
                }

                await AuditAsync(session, id, "workspace.deleted", row.Name, caller, context).ConfigureAwait(false);
                await WorkspaceStore.DeleteAsync(session, id, Instant.Millis(clock.GetUtcNow())).ConfigureAwait(false);
            },
            context.RequestAborted).ConfigureAwait(false);
        return Results.NoContent();
    }

    private static async Task<WorkspaceRow> OwnAsync(Session session, PortalCaller caller, string id) =>
        await WorkspaceStore.FindOwnAsync(session, caller.AccountId, id).ConfigureAwait(false) ?? throw new RefusedException(Refusal.NotFound);

    private Task AuditAsync(Session session, string workspaceId, string action, string name, PortalCaller caller, HttpContext context) =>
        audit.AddAsync(session, new Scope(workspaceId, Mode.Test), new AuditEntry(caller.Actor, action, workspaceId, name), context);

    private static WorkspaceResponse ToResponse(WorkspaceRow row) => new()
    {
        Id = row.Id,
        Name = row.Name,
        Status = row.SuspendedAt is null ? "active" : "suspended",
        CreatedAt = Instant.Of(row.CreatedAt),
    };
}
