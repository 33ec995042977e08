namespace Millwright.Core.Detection;

/// <summary>Which detector spoke. Goes into alert ids, so it must not change while the meaning stays.</summary>
public sealed record DetectorIdentity(string Id, string Kind, string Version);
