using Licenzy.Reliability.Tests.Running;
using Licenzy.Server.Tests.Engines;

namespace Licenzy.Reliability.Tests.Disk;

/// <summary>A PostgreSQL whose disk is full now and then, at a statement or at the commit: the promises of a file on a bad disk.</summary>
public sealed class FailingStatementsTests
{
    private const int Clients = 8;
    private const int Subjects = 4;

    private const string FullNowAndThen =
        """
        create function disk_full() returns trigger language plpgsql as $$
        begin
            if random() < 0.02 then
                raise exception 'No space left on device' using errcode = '53100';
            end if;
            return null;
        end $$;
        create trigger full_at_the_statement after insert on usage_ledger for each statement execute function disk_full();
        create constraint trigger full_at_the_commit after insert on usage_ledger deferrable initially deferred for each row execute function disk_full();
        """;

    [Test]
    public async Task What_is_acknowledged_is_there_once_though_statements_and_commits_fail_now_and_then()
    {
        await using var database = await EngineDatabase.CreateAsync(Engine.Postgres);
        await using var server = await ServerProcess.StartAsync(new Keys(), database.ConnectionString);
        await Stock.FillAsync(server, Subjects);
        await Outside.SayAsync(database.ConnectionString, FullNowAndThen);
        await using var takers = Takers.Start(server, Clients, Subjects);
        await using var readers = Readers.Start(server);

        await Patience.ForAsync(Patience.Fault);
        await Patience.UntilAsync(() => takers.ToldToComeBack.Count > Clients, () => $"No statement fails: {takers}");
        await Outside.SayAsync(database.ConnectionString, "drop function disk_full cascade");
        await takers.TakeAsync(50);

        await Stock.AssertExactAsync(server, takers, Subjects);
        readers.AssertNoneBroken();
        TestContext.Out.WriteLine(takers);
    }
}
