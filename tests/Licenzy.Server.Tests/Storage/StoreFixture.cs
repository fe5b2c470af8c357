using Licenzy.Domain;
using Licenzy.Domain.Entitlements;
using Licenzy.Server.Accounts;
using Licenzy.Server.Entitlements;
using Licenzy.Server.Hosting;
using Licenzy.Server.OutboundWebhooks;
using Licenzy.Server.Storage;
using Licenzy.Server.Tests.Engines;
using Licenzy.Testing;

namespace Licenzy.Server.Tests.Storage;

/// <summary>The database itself, without a server before it: what every store may rely on, on each engine.</summary>
public abstract class StoreFixture(Engine engine)
{
    private protected const string Workspace = "ws_1";
    private int _subjects;

    private protected static DateTimeOffset Now { get; } = new(2026, 8, 1, 12, 0, 0, TimeSpan.Zero);

    private protected EngineDatabase Database { get; private set; } = null!;

    private protected Db Db { get; private set; } = null!;

    private protected Scope Scope { get; } = new(Workspace, Mode.Test);

    private protected EntitlementStore Entitlements => new(Db);

    [OneTimeSetUp]
    public async Task OpenDatabase()
    {
        Database = await EngineDatabase.CreateAsync(engine);
        Db = Open(Database);
        await Db.MigrateAsync(CancellationToken.None);
        await Db.WriteAsync(session => WorkspaceStore.AddFirstAsync(session, "acc_1", Workspace, Instant.Millis(Now)), CancellationToken.None);
    }

    [OneTimeTearDown]
    public async Task CloseDatabase()
    {
        if (Db is not null)
            await Db.DisposeAsync();
        await (Database?.DisposeAsync() ?? ValueTask.CompletedTask);
    }

    internal static Db Open(EngineDatabase database)
    {
        if (database.Engine == Engine.Postgres)
            return PostgresDb.Open(database.ConnectionString);
        SqliteLibrary.Load(null);
        return SqliteDb.Open(database.ConnectionString, TimeProvider.System);
    }

    private protected string NewSubject() => $"subject_{Interlocked.Increment(ref _subjects)}";

    private protected static Cause By(string id) => new(ChangeSource.Portal, id, Now, "key_1", "req_1");

    private protected static Entitlement Pack(string id, long units) => new()
    {
        Id = id,
        ProductCode = "PACK",
        Kind = EntitlementKind.UsagePack,
        Status = EntitlementStatus.Active,
        Source = EntitlementSource.Portal,
        UnitsGranted = units,
        UnitsRemaining = units,
        StartsAt = Now,
        CreatedAt = Now,
    };

    private protected static ManualTimeProvider Clock { get; } = new(Now);

    private protected static Outbox Outbox { get; } = new(new Ids(Clock), Clock);

    private protected static ChangeWriter Writer { get; } = new(Outbox, new TimeTeller(Outbox, Leeway.Default), Leeway.Default, Clock);

    /// <summary>Gives the subject one more right, as every writer does: lock, decide, write.</summary>
    private protected Task<SubjectRights> GiveAsync(string subjectRef, Entitlement right, string causeId = "key_1") =>
        Db.WriteAsync(
            async session =>
            {
                var held = await EntitlementStore.LockAsync(session, Scope, subjectRef, Now);
                return await Writer.WriteAsync(
                    session, Scope, subjectRef, held, [new EntitlementChange(null, right, ChangeReason.ManualGrant)], By(causeId));
            },
            CancellationToken.None);

    private protected Task<SubjectRights> RightsAsync(string subjectRef) => Entitlements.OfAsync(Scope, subjectRef, CancellationToken.None);

    private protected Task<long> CountAsync(string table, string subjectRef) =>
        Db.ReadAsync(
            session => session.FindAsync<long>($"select count(*) from {table} where subject_ref = @subjectRef", new { subjectRef }), CancellationToken.None);
}
