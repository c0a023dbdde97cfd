//! Instances of modules, and what is known of each already.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::rc::{Rc, Weak};
use std::sync::Arc;

use policyc_diagnostics::Span;

use super::{Each, Expansion, Fault, Given, InstanceKey};
use crate::load::Reference;
use crate::module::Module;
use crate::syntax::tree::{Block, Name};
use crate::value::{Reason, Value};

/// Something that is evaluated once.
#[derive(Debug, Clone)]
pub(crate) enum Slot<T> {
    /// It is being evaluated: who asks for it now needs itself.
    Running,
    /// It is known.
    Done(T),
}

/// The module calls of a block: the instances by their keys, or why there are none.
#[derive(Debug)]
pub(crate) enum Children {
    Here(Vec<(InstanceKey, Rc<Instance>)>),
    NotHere(Reason),
}

/// Where an instance of a module was called.
#[derive(Debug)]
pub(crate) struct CallSite {
    pub(crate) parent: Rc<Instance>,
    /// The index of the `module` block in the parent.
    pub(crate) block: usize,
    pub(crate) each: Each,
    /// The headers of the calls that lead here, the outermost first.
    pub(crate) spans: Arc<[Span]>,
}

impl CallSite {
    pub(crate) fn block(&self) -> Option<&Block> {
        self.parent.module.block(self.block)
    }
}

/// Something of a module that other things refer through, by its index.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Holder {
    Variable(usize),
    Local(usize),
    Output(usize),
}

/// What is evaluated once, by its name or index.
pub(crate) type Memo<K, T> = RefCell<BTreeMap<K, Slot<T>>>;

/// One instance of a module.
#[derive(Debug)]
pub(crate) struct Instance {
    pub(crate) module: Arc<Module>,
    /// `module.a["k"].module.b`; empty for the root module.
    pub(crate) address: String,
    pub(crate) call: Option<CallSite>,
    /// Values given to the variables of the root module.
    pub(crate) given: BTreeMap<Name, Given>,
    this: Weak<Self>,
    pub(super) variables: Memo<usize, Value>,
    pub(super) locals: Memo<usize, Value>,
    pub(super) outputs: Memo<usize, Value>,
    pub(super) expansions: Memo<usize, Rc<Expansion>>,
    pub(super) children: Memo<usize, Rc<Children>>,
    pub(super) objects: Memo<(usize, InstanceKey), Value>,
    pub(super) attributes: Memo<(usize, InstanceKey, Name), Value>,
    /// What the expressions of locals, variables and outputs refer to.
    pub(crate) references: Memo<Holder, Rc<[Reference]>>,
}

impl Instance {
    pub(crate) fn new(
        module: Arc<Module>,
        address: String,
        call: Option<CallSite>,
        given: BTreeMap<Name, Given>,
    ) -> Rc<Self> {
        Rc::new_cyclic(|this| Self {
            module,
            address,
            call,
            given,
            this: Weak::clone(this),
            variables: RefCell::default(),
            locals: RefCell::default(),
            outputs: RefCell::default(),
            expansions: RefCell::default(),
            children: RefCell::default(),
            objects: RefCell::default(),
            attributes: RefCell::default(),
            references: RefCell::default(),
        })
    }

    pub(super) fn shared(&self) -> Option<Rc<Self>> {
        self.this.upgrade()
    }

    /// The address of something in this module.
    pub(crate) fn address_of(&self, name: &str) -> String {
        if self.address.is_empty() {
            name.to_owned()
        } else {
            format!("{}.{name}", self.address)
        }
    }

    /// Whether the folder is that of this module or of one that leads here.
    pub(super) fn is_inside(&self, folder: &str) -> bool {
        let mut next = Some(self);
        while let Some(instance) = next {
            if instance.module.folder == folder {
                return true;
            }
            next = instance.call.as_ref().map(|call| &*call.parent);
        }
        false
    }

    /// How many modules lead here.
    pub(super) fn depth(&self) -> usize {
        self.call.as_ref().map_or(0, |call| call.spans.len())
    }
}

/// Takes what is known, or makes it.
///
/// # Errors
///
/// What `cycle` gives when it is being made, and what `make` gives.
pub(super) fn once<K: Ord + Clone, T: Clone>(
    memo: &Memo<K, T>,
    key: K,
    cycle: impl FnOnce() -> Fault,
    make: impl FnOnce() -> Result<T, Fault>,
) -> Result<T, Fault> {
    match memo.borrow().get(&key) {
        Some(Slot::Done(value)) => return Ok(value.clone()),
        Some(Slot::Running) => return Err(cycle()),
        None => {}
    }
    memo.borrow_mut().insert(key.clone(), Slot::Running);
    let made = make();
    let mut memo = memo.borrow_mut();
    match &made {
        Ok(value) => memo.insert(key, Slot::Done(value.clone())),
        Err(_) => memo.remove(&key),
    };
    made
}
