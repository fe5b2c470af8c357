using Licenzy.Server.Tests.Engines;

// In the outermost namespace, so that it closes the run of the whole assembly.
namespace Licenzy;

[SetUpFixture]
public sealed class EngineTearDown
{
    [OneTimeTearDown]
    public static Task Stop_the_cluster() => PostgresCluster.StopAsync();
}
