namespace Licenzy.Server.Tests.Spec;

/// <summary>The sentence of the wire contract that a test holds the server to.</summary>
/// <param name="route">Method and path, as the API's document has them.</param>
/// <param name="sentence">What a caller can rely on.</param>
[AttributeUsage(AttributeTargets.Method, AllowMultiple = true)]
public sealed class SpecAttribute(string route, string sentence) : Attribute
{
    public string Route => route;

    public string Sentence => sentence;
}
