using Xunit.Abstractions;
using Xunit.Sdk;

namespace Millwright.Silo.Tests.Storage.Suites;

/// <summary>What a store's tests need of the machine. Said on the class that derives a suite; its facts are skipped without.</summary>
[AttributeUsage(AttributeTargets.Class)]
public abstract class StoreNeedAttribute : Attribute
{
    /// <summary>Null when it is there; else one line that says what is missing.</summary>
    public abstract string? Missing { get; }
}

/// <summary>A fact that skips itself where its class says that something is missing (<see cref="StoreNeedAttribute"/>).</summary>
[AttributeUsage(AttributeTargets.Method)]
[XunitTestCaseDiscoverer("Millwright.Silo.Tests.Storage.Suites.SuiteFactDiscoverer", "Millwright.Silo.Tests")]
public sealed class SuiteFactAttribute : FactAttribute;

/// <summary>As <see cref="SuiteFactAttribute"/>, for several cases.</summary>
[AttributeUsage(AttributeTargets.Method)]
[XunitTestCaseDiscoverer("Millwright.Silo.Tests.Storage.Suites.SuiteTheoryDiscoverer", "Millwright.Silo.Tests")]
public sealed class SuiteTheoryAttribute : TheoryAttribute;

public sealed class SuiteFactDiscoverer(IMessageSink sink) : FactDiscoverer(sink)
{
    protected override IXunitTestCase CreateTestCase(
        ITestFrameworkDiscoveryOptions discoveryOptions, ITestMethod testMethod, IAttributeInfo factAttribute) =>
        SkippedTestCase.MissingOf(testMethod) is { } missing
            ? new SkippedTestCase(missing, DiagnosticMessageSink, discoveryOptions, testMethod)
            : base.CreateTestCase(discoveryOptions, testMethod, factAttribute);
}

public sealed class SuiteTheoryDiscoverer(IMessageSink sink) : TheoryDiscoverer(sink)
{
    public override IEnumerable<IXunitTestCase> Discover(
        ITestFrameworkDiscoveryOptions discoveryOptions, ITestMethod testMethod, IAttributeInfo theoryAttribute) =>
        SkippedTestCase.MissingOf(testMethod) is { } missing
            ? [new SkippedTestCase(missing, DiagnosticMessageSink, discoveryOptions, testMethod)]
            : base.Discover(discoveryOptions, testMethod, theoryAttribute);
}

/// <summary>Says why it does not run.</summary>
public sealed class SkippedTestCase : XunitTestCase
{
    private string missing = "";

    [Obsolete("For the deserializer.")]
    public SkippedTestCase()
    {
    }

    public SkippedTestCase(
        string missing, IMessageSink sink, ITestFrameworkDiscoveryOptions options, ITestMethod method)
        : base(sink, options.MethodDisplayOrDefault(), options.MethodDisplayOptionsOrDefault(), method)
    {
        this.missing = missing;
    }

    public static string? MissingOf(ITestMethod method) =>
        method.TestClass.Class.ToRuntimeType().GetCustomAttributes(typeof(StoreNeedAttribute), inherit: true)
            .OfType<StoreNeedAttribute>().Select(need => need.Missing).FirstOrDefault(text => text is not null);

    public override void Serialize(IXunitSerializationInfo data)
    {
        base.Serialize(data);
        data.AddValue(nameof(missing), missing);
    }

    public override void Deserialize(IXunitSerializationInfo data)
    {
        missing = data.GetValue<string>(nameof(missing));
        base.Deserialize(data);
    }

    protected override string GetSkipReason(IAttributeInfo factAttribute) => missing;
}
