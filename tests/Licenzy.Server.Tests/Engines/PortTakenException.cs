namespace Licenzy.Server.Tests.Engines;

/// <summary>Somebody else listens on the port by now: another one is chosen.</summary>
internal sealed class PortTakenException() : Exception("The port was taken before PostgreSQL could listen on it.");
