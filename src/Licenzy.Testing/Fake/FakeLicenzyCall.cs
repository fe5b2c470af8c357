namespace Licenzy.Testing;

/// <summary>A call that a <see cref="FakeLicenzy"/> was asked to answer, though it may have refused or been down.</summary>
/// <param name="Method">The method's name, such as <c>nameof(ILicenzyClient.CheckAccessAsync)</c>.</param>
/// <param name="SubjectRef">Whom it was about; <see langword="null"/> where it was about nobody.</param>
public sealed record FakeLicenzyCall(string Method, string? SubjectRef);
