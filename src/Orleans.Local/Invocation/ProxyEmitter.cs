using System.Linq.Expressions;
using System.Reflection;
using System.Reflection.Emit;

namespace Orleans.Runtime;

/// <summary>
/// Writes, for one grain interface, a class derived from <see cref="GrainReference"/>, and for each of its methods a request struct. All
/// decisions are taken here, once; what runs per call is straight code without reflection.
/// </summary>
internal sealed class ProxyEmitter
{
    private const BindingFlags Anywhere = BindingFlags.Instance | BindingFlags.Static | BindingFlags.Public | BindingFlags.NonPublic;

    private static readonly Type[] ConstructorTypes = [typeof(GrainBinding), typeof(IdSpan)];
    private static readonly ConstructorInfo BaseConstructor = typeof(GrainReference).GetConstructor(Anywhere, ConstructorTypes)!;
    private static readonly MethodInfo InvokeMethod = typeof(GrainReference).GetMethod(nameof(GrainReference.Invoke), Anywhere)!;
    private static readonly MethodInfo OneWayMethod = typeof(GrainReference).GetMethod(nameof(GrainReference.InvokeOneWay), Anywhere)!;

    private readonly Type grainInterface;
    private readonly ModuleBuilder module;
    private readonly TypeBuilder proxy;

    private ProxyEmitter(Type grainInterface)
    {
        this.grainInterface = grainInterface;
        var assembly = AssemblyBuilder.DefineDynamicAssembly(
            new AssemblyName($"Millwright.Orleans.Local.Proxies.{grainInterface.Name}"), AssemblyBuilderAccess.Run);
        module = assembly.DefineDynamicModule("Proxies");
        EmittedAccess.Grant(assembly, module, grainInterface);
        proxy = module.DefineType(
            $"{grainInterface.Name}Reference", TypeAttributes.Public | TypeAttributes.Sealed, typeof(GrainReference), [grainInterface]);
    }

    public static ProxyType Emit(Type grainInterface)
    {
        if (!grainInterface.IsInterface)
        {
            throw new ArgumentException($"{grainInterface.FullName} is not a grain interface.");
        }

        return new ProxyEmitter(grainInterface).Emit();
    }

    private ProxyType Emit()
    {
        EmitConstructor();
        MethodInfo[] methods = [.. grainInterface.GetInterfaces().Append(grainInterface)
            .SelectMany(static i => i.GetMethods()).Where(static m => m.IsAbstract)];
        for (int i = 0; i < methods.Length; i++)
        {
            EmitMethod(methods[i], i);
        }

        ConstructorInfo constructor = proxy.CreateType().GetConstructor(ConstructorTypes)!;
        ParameterExpression[] parameters = [.. ConstructorTypes.Select(static t => Expression.Parameter(t))];
        var construct = Expression.Lambda<Func<GrainBinding, IdSpan, GrainReference>>(
            Expression.New(constructor, parameters), parameters).Compile();
        return new ProxyType(construct, [.. methods.Select(GrainMethod.Of)]);
    }

    private void EmitConstructor()
    {
        ConstructorBuilder constructor = proxy.DefineConstructor(MethodAttributes.Public, CallingConventions.HasThis, ConstructorTypes);
        ILGenerator il = constructor.GetILGenerator();
        for (int i = 0; i <= ConstructorTypes.Length; i++)
        {
            il.Emit(OpCodes.Ldarg, i);
        }

        il.Emit(OpCodes.Call, BaseConstructor);
        il.Emit(OpCodes.Ret);
    }

    private void EmitMethod(MethodInfo method, int index)
    {
        GrainResult result = GrainResult.Of(method);
        Type[] arguments = [.. method.GetParameters().Select(static p => p.ParameterType)];
        Type request = RequestEmitter.Emit(module, $"{method.Name}Request{index}", method, result);

        MethodBuilder body = proxy.DefineMethod(
            $"{method.DeclaringType!.Name}.{method.Name}",
            MethodAttributes.Private | MethodAttributes.Virtual | MethodAttributes.Final | MethodAttributes.HideBySig
                | MethodAttributes.NewSlot,
            method.ReturnType,
            arguments);
        ILGenerator il = body.GetILGenerator();
        LocalBuilder local = il.DeclareLocal(request);
        for (int i = 0; i < arguments.Length; i++)
        {
            il.Emit(OpCodes.Ldloca, local);
            il.Emit(OpCodes.Ldarg, i + 1);
            il.Emit(OpCodes.Stfld, request.GetField(RequestEmitter.FieldName(i))!);
        }

        il.Emit(OpCodes.Ldarg_0);
        il.Emit(OpCodes.Ldloca, local);
        il.Emit(OpCodes.Ldc_I4, index);
        EmitInvocation(il, method, request, result);
        il.Emit(OpCodes.Ret);
        proxy.DefineMethodOverride(body, method);
    }

    private static void EmitInvocation(ILGenerator il, MethodInfo method, Type request, GrainResult result)
    {
        if (!GrainMethod.Of(method).OneWay)
        {
            il.Emit(OpCodes.Call, InvokeMethod.MakeGenericMethod(request, result.Type));
            if (result.FromOutcome is { } convert)
            {
                il.Emit(OpCodes.Call, convert);
            }

            return;
        }

        il.Emit(OpCodes.Call, OneWayMethod.MakeGenericMethod(request, result.Type));
        if (method.ReturnType == typeof(Task))
        {
            il.Emit(OpCodes.Call, typeof(Task).GetProperty(nameof(Task.CompletedTask))!.GetMethod!);
            return;
        }

        LocalBuilder done = il.DeclareLocal(method.ReturnType);
        il.Emit(OpCodes.Ldloca, done);
        il.Emit(OpCodes.Initobj, method.ReturnType);
        il.Emit(OpCodes.Ldloc, done);
    }
}
