namespace Millwright.Browser.Tests;

/// <summary>One silo and one browser for the whole run: each test has its own asset and its own window.</summary>
[CollectionDefinition(Name)]
public sealed class DashboardCollection : ICollectionFixture<DashboardFixture>
{
    public const string Name = "dashboard";
}
