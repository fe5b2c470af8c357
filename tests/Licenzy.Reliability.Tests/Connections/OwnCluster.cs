using Licenzy.Server.Tests.Engines;

namespace Licenzy.Reliability.Tests.Connections;

/// <summary>A PostgreSQL that one test may stop and crash, since nobody else is on it.</summary>
internal static class OwnCluster
{
    public static async Task<PostgresProcess> StartAsync()
    {
        PostgresCluster.Require();
        var binaries = PostgresBinaries.FindIn(PostgresBinaries.Folders());
        if (binaries is null)
            Assert.Ignore("The server was given, so it is not ours to stop, and there are no binaries here.");
        return await PostgresProcess.StartAsync(binaries!);
    }
}
