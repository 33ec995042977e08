using System.Reflection;
using System.Reflection.Emit;

namespace Orleans.Runtime;

/// <summary>
/// Lets emitted code use internal types: this runtime's own, and grain interfaces and messages that are not public. The runtime honours an
/// attribute of this very name, wherever it is defined.
/// </summary>
internal static class EmittedAccess
{
    private const string AttributeName = "System.Runtime.CompilerServices.IgnoresAccessChecksToAttribute";

    public static void Grant(AssemblyBuilder assembly, ModuleBuilder module, Type grainInterface)
    {
        TypeBuilder attribute = module.DefineType(AttributeName, TypeAttributes.Public | TypeAttributes.Sealed, typeof(Attribute));
        ConstructorBuilder constructor = attribute.DefineConstructor(MethodAttributes.Public, CallingConventions.HasThis, [typeof(string)]);
        ILGenerator il = constructor.GetILGenerator();
        il.Emit(OpCodes.Ldarg_0);
        il.Emit(OpCodes.Call, typeof(Attribute).GetConstructor(BindingFlags.Instance | BindingFlags.NonPublic, Type.EmptyTypes)!);
        il.Emit(OpCodes.Ret);
        ConstructorInfo made = attribute.CreateType().GetConstructor([typeof(string)])!;
        foreach (string name in AssembliesOf(grainInterface).Distinct(StringComparer.Ordinal))
        {
            assembly.SetCustomAttribute(new CustomAttributeBuilder(made, [name]));
        }
    }

    private static IEnumerable<string> AssembliesOf(Type grainInterface)
    {
        IEnumerable<Type> used = grainInterface.GetInterfaces().Append(grainInterface).SelectMany(static i => i.GetMethods())
            .SelectMany(static m => m.GetParameters().Select(static p => p.ParameterType).Append(m.ReturnType))
            .SelectMany(static t => t.IsConstructedGenericType ? t.GenericTypeArguments.Append(t) : [t]);
        return used.Append(grainInterface).Append(typeof(GrainReference)).Select(static t => t.Assembly.GetName().Name!);
    }
}
